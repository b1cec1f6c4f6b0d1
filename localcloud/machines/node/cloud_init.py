"""Stands for cloud-init: host keys, and user data of several parts (cloud-init's documentation, "User data formats"): boot hooks,
`bootcmd` and `write_files` of cloud-config, then shell scripts; or of one script alone. Once per instance, not again at a reboot.
"""

import email
import subprocess
import sys
from email.message import Message
from pathlib import Path
from typing import IO, Any

import yaml

from localcloud.machines.node.facts import metadata

_STATE = Path("/var/lib/cloud")
_LOG = Path("/var/log/cloud-init-output.log")
_ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "LANG": "C.UTF-8",
}
_KINDS = ("text/cloud-boothook", "text/cloud-config", "text/x-shellscript")


def main() -> int:
    done = _STATE / "done"
    if done.exists():
        return 0
    _STATE.mkdir(parents=True, exist_ok=True)
    (_STATE / "instance-id").write_text(metadata("meta-data/instance-id"))
    with _LOG.open("ab", 0) as log:
        for command in (["ssh-keygen", "-A"], ["systemctl", "start", "ssh"]):
            subprocess.run(command, stdout=log, stderr=log, check=False)
        text = metadata("user-data")
        if text.startswith("#!"):
            _script("x-shellscript-0", text.encode(), log)
        parts = [] if text.startswith("#!") else [one for one in _message(text).walk() if not one.is_multipart()]
        for kind in _KINDS:
            chosen = [part for part in parts if part.get_content_type() == kind]
            for number, part in enumerate(chosen):
                body: Any = part.get_payload(decode=True)
                if kind == "text/cloud-config":
                    _configure(yaml.safe_load(body), log)
                else:
                    _script(f"{kind.split('/')[1]}-{number}", body.lstrip(), log)
    done.touch()
    return 0


def _message(text: str) -> Message:
    return email.message_from_string(text)


def _configure(config: dict[str, Any], log: IO[bytes]) -> None:
    for command in config.get("bootcmd", []):
        subprocess.run(command, shell=isinstance(command, str), stdout=log, stderr=log, check=False)
    for file in config.get("write_files", []):
        path = Path(file["path"])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(file["content"])
        path.chmod(int(file.get("permissions", "0644"), 8))


def _script(name: str, text: bytes, log: IO[bytes]) -> None:
    path = _STATE / name
    path.write_bytes(text)
    path.chmod(0o700)
    code = subprocess.run(
        [str(path)], stdout=log, stderr=log, stdin=subprocess.DEVNULL, env=_ENVIRONMENT, check=False
    ).returncode
    print(f"{name} ended with {code}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
