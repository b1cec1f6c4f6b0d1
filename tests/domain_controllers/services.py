"""What EC2 gives an instance, in the machines' own network: S3 and Secrets Manager (moto), and its role's keys by IMDSv2."""

import json
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.domain_controllers.machines import ENDPOINT, GATEWAY, METADATA, Network

_ROOT = Path(__file__).resolve().parent.parent.parent
_TOKEN, _ROLE = "a-token", "controller"
_START_SECONDS = 300


class _Metadata(BaseHTTPRequestHandler):
    """Keys go only to who first fetched a token by PUT, as with `http_tokens: required`."""

    def log_message(self, format: str, *args: object) -> None:
        del format, args

    def do_PUT(self) -> None:
        self._answer(200, _TOKEN)

    def do_GET(self) -> None:
        if self.headers.get("X-aws-ec2-metadata-token") != _TOKEN:
            self._answer(401, "")
        elif self.path.rstrip("/").endswith("security-credentials"):
            self._answer(200, _ROLE)
        elif self.path.endswith(f"security-credentials/{_ROLE}"):
            end = datetime.now(UTC) + timedelta(hours=6)
            keys = {"AccessKeyId": "ASIAEXAMPLE", "SecretAccessKey": "example", "Token": "example"}
            rest = {"Code": "Success", "Type": "AWS-HMAC", "LastUpdated": "2026-01-01T00:00:00Z"}
            self._answer(200, json.dumps({**rest, **keys, "Expiration": f"{end:%Y-%m-%dT%H:%M:%SZ}"}))
        else:
            self._answer(404, "")

    def _answer(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("X-aws-ec2-metadata-token-ttl-seconds", "21600")
        self.end_headers()
        self.wfile.write(text.encode())


class Services:
    def __init__(self, network: Network, room: Path) -> None:
        self._network, self._room = network, room
        self._started: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        moto = f"from moto.server import main; main(['-H', '{GATEWAY}', '-p', '5000'])"
        metadata = "from tests.domain_controllers.services import serve_metadata; serve_metadata()"
        for name, code in (("moto", moto), ("metadata", metadata)):
            with (self._room / name).open("wb") as log:
                process = subprocess.Popen(
                    self.inside(sys.executable, "-c", code), cwd=_ROOT, stdout=log, stderr=subprocess.STDOUT
                )
            self._started.append(process)
        end = time.monotonic() + _START_SECONDS
        ask = self.inside("curl", "-sf", "-o", "/dev/null", f"{ENDPOINT}/moto-api/")
        while subprocess.run(ask, check=False).returncode:
            assert time.monotonic() < end, (self._room / "moto").read_text()
            time.sleep(0.3)

    def inside(self, *command: str) -> list[str]:
        """A command of a client beside the machines."""
        return ["ip", "netns", "exec", self._network.lan, *command]

    def stop(self) -> None:
        for process in self._started:
            process.terminate()
            process.wait(timeout=120)


def serve_metadata() -> None:
    ThreadingHTTPServer((METADATA, 80), _Metadata).serve_forever()
