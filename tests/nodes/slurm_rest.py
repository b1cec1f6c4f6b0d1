"""Slurm's REST API on a machine of the tests: what the program is given, who signs tokens, what is asked."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.nodes import slurm_files
from tests.nodes.slurm_machine import SlurmMachine

ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:slurm-rest-key-AbCdEf"
KEY, OTHER = "0123456789abcdef" * 4, "fedcba9876543210" * 4
PORT = 8082
STATE = "/var/spool/slurm.state"
HMAC_LINES = {"AuthAltTypes": "auth/jwt", "AuthAltParameters": f"jwt_key={STATE}/jwt_hs256.key,max_token_lifespan=3600"}
INCLUDE = "/opt/slurm/etc/pcluster/custom_slurm_settings_include_file_slurm.conf"
WRITTEN = ("/etc/systemd/system", "/opt/slurm/etc", "/opt/hpcstack", STATE + "/jwt_hs256.key", "/etc/passwd")
SERVICES = ("slurmctld", "slurmdbd", "slurmrestd", "hpcstack-slurmrestd-key.timer")


def with_key(step: str, *more: str) -> list[str]:
    return [step, "--key-secret", ARN, *more]


def with_url(step: str) -> list[str]:
    return [step, "--jwks-url", URL, "--user-claim", "preferred_username", "--port", str(PORT)]


def use(machine: SlurmMachine, lines: dict[str, str]) -> None:
    """Have ParallelCluster's file of custom settings hold these lines, as from the cluster's start."""
    machine.write(INCLUDE, slurm_files.custom(lines))
    machine.run("systemctl", "restart", "slurmctld")
    machine.wait("scontrol ping | grep -q 'is UP'")


def ask(machine: SlurmMachine, path: str, token: str | None = None, body: Any = None) -> tuple[int, Any]:
    """(HTTP status, answer) of `/slurm/<newest>/<path>` or of a whole path."""
    where = path if path.startswith("/") else f"/slurm/{version(machine)}/{path}"
    header = [] if token is None else ["-H", f"X-SLURM-USER-TOKEN: {token}"]
    send = [] if body is None else ["-H", "Content-Type: application/json", "--data-binary", "@-"]
    url = f"http://{slurm_files.ADDRESS}:{PORT}{where}"
    command = ["curl", "-sS", "--max-time", "60", "-w", "\n%{http_code}", *header, *send, url]
    text, _, status = machine.run(*command, given=json.dumps(body)).rpartition("\n")
    return int(status), json.loads(text) if text.startswith("{") else text


def version(machine: SlurmMachine) -> str:
    return machine.sh("grep -o -- '-d v[0-9.]*' /etc/systemd/system/slurmrestd.service").split()[1]


def encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def token(user: str, key: str = KEY, seconds: int = 300) -> str:
    """As an API that holds the key signs it."""
    now = int(time.time())
    claims = {"exp": now + seconds, "iat": now - 1000, "sun": user}
    signed = f"{encoded(json.dumps({'alg': 'HS256', 'typ': 'JWT'}).encode())}.{encoded(json.dumps(claims).encode())}"
    return f"{signed}.{encoded(hmac.digest(key.encode(), signed.encode(), hashlib.sha256))}"


def job(command: str, folder: str) -> dict[str, Any]:
    return {
        "script": f"#!/bin/bash\n{command}\n",
        "job": {
            "name": "by-rest",
            "current_working_directory": folder,
            "environment": ["PATH=/bin:/usr/bin"],
            "standard_output": f"{folder}/out-%j",
        },
    }


URL = "http://127.0.0.1:8090/certs"


class Provider:
    """Signs tokens, and shows its key set on the machine."""

    def __init__(self, machine: SlurmMachine) -> None:
        self._machine = machine
        self.keys: dict[str, rsa.RSAPrivateKey] = {}

    def make_key(self, name: str) -> None:
        self.keys[name] = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def show(self, text: str | None = None) -> None:
        self._machine.write("/srv/oidc/certs", text or json.dumps({"keys": [self._public(name) for name in self.keys]}))

    def _public(self, name: str) -> dict[str, str]:
        numbers = self.keys[name].public_key().public_numbers()
        modulus, exponent = (
            encoded(one.to_bytes((one.bit_length() + 7) // 8, "big")) for one in (numbers.n, numbers.e)
        )
        return {"kid": name, "kty": "RSA", "alg": "RS256", "use": "sig", "n": modulus, "e": exponent}

    def token(self, user: str, name: str) -> str:
        now = int(time.time())
        head = {"alg": "RS256", "typ": "JWT", "kid": name}
        claims = {"exp": now + 300, "iat": now - 10, "preferred_username": user}
        signed = f"{encoded(json.dumps(head).encode())}.{encoded(json.dumps(claims).encode())}"
        signature = self.keys[name].sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{encoded(signature)}"
