"""A stack file in which everything is switched on, and the program's run on it."""

from functools import cache
from typing import Any

from tests.unit.recorder import Recorder, run

EXISTING_DIRECTORY = {
    "kind": "existing",
    "servers": ["10.1.1.1"],
    "serverName": "dc1.hpc.internal",
    "adminSecretArn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:admin-AbCdEf",
    "readOnlyUser": "cn=ReadOnlyUser,dc=hpc,dc=internal",
    "readOnlySecretArn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:reader-AbCdEf",
    "caCertificate": "-----BEGIN CERTIFICATE-----\n",
}
EVERYTHING: dict[str, Any] = {
    "directory": EXISTING_DIRECTORY,
    "jumpHost": {"kind": "ec2"},
    "users": {"count": 5},
    "databases": {"applications": {}, "slurm": {}},
    "apiHost": {
        "folders": [{"name": "home"}],
        "service": {
            "image": "registry.example.org/team/api:1.4.2",
            "port": 8000,
            "secrets": {"token": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:token-AbCdEf"},
        },
        "gitlabRunner": {
            "url": "https://gitlab.example.org",
            "tokenSecretArn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:runner-AbCdEf",
            "version": "18.5.0",
            "sha256": "0123456789abcdef" * 4,
        },
    },
    "storage": {
        "folders": [{"name": "home", "mountDir": "/home", "accessPoint": {"path": "/home"}}],
        "buckets": [{"name": "results"}],
    },
    "image": {"components": ["keep-ipc"]},
    "cluster": {
        "loginNodes": {"count": 1},
        "dnsZone": "cluster.example.org",
        "slurmRestApi": {"tls": {}},
        "jobEnvironment": {"folder": "home"},
        "sshd": {"acceptEnv": ["HPC_ENVIRONMENT"]},
        "siteServices": [
            {"name": "storage", "command": "/opt/site/storage", "port": 8000, "sources": ["sg-0123456789abcdef0"]}
        ],
    },
    "ssh": {"publicKey": "ssh-ed25519 AAAA me"},
    "network": {"allowedCidrs": ["198.51.100.0/24"]},
    "monitoring": {"alarms": True},
    "budget": {"amount": 500},
    "costAllocationTags": ["hpcstack:team"],
}
OVER_SSH: dict[str, Any] = {**EVERYTHING, "jumpHost": {"kind": "ec2", "access": "ssh"}}


@cache
def everything() -> Recorder:
    """What the program declares for all of it."""
    return run(**EVERYTHING)


@cache
def over_ssh() -> Recorder:
    """The same with a jump host that is reached over SSH."""
    return run(**OVER_SSH)
