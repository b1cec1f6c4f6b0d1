"""`sshd`: a file of our own in sshd_config.d, tested before sshd reads it."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..library import arguments, cloud, commands, program
from ..library.changes import Changes
from ..library.faults import Fault
from ..library.node import COMPUTE, Node

FILE = Path("/etc/ssh/sshd_config.d/40-hpcstack.conf")
_MAIN = Path("/etc/ssh/sshd_config")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
_DANGEROUS = re.compile(r"LD_|DYLD_|PYTHON|PERL|RUBY|NODE_|BASH_|SSH_|SUDO_|(PATH|ENV|IFS|HOME|SHELL|USER|LOGNAME)$")
_BINARIES = ("/usr/sbin/sshd", "/usr/local/sbin/sshd")


def main(argv: Sequence[str] | None = None) -> int:
    """The program; its exit code."""
    what = "Variables that SSH accepts from clients, and agent forwarding; on head node and login nodes."
    return program.run("sshd", what, _arguments, _work, argv)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--settings", metavar="s3://BUCKET/KEY", required=True, type=arguments.s3_uri, help="the settings, as JSON"
    )
    parser.add_argument("--version", help="of the settings; not read, a new one has the cluster updated")


def _work(options: argparse.Namespace, node: Node, changes: Changes) -> None:
    if node.kind == COMPUTE:
        changes.say("nothing to do on a compute node: nobody logs in there but by Slurm")
        return
    _included()
    wanted = text(_read(cloud.s3_object(options.settings), options.settings))
    before = FILE.read_bytes() if FILE.is_file() else None
    changed = changes.file(FILE, wanted, mode=0o600) if wanted else changes.gone(FILE)
    if not changed or changes.dry_run:
        return
    _test(before)
    changes.command("sshd reads its configuration anew", "systemctl", "reload-or-restart", _unit())


def text(found: dict[str, Any]) -> str:
    """The file; empty where there is nothing to say. What comes first counts in sshd, so that nothing of it undoes a refusal."""
    lines = [f"AcceptEnv {name}" for name in found["acceptEnv"]]
    if found["allowAgentForwarding"]:
        lines.append("AllowAgentForwarding yes")
    return "".join(f"{line}\n" for line in ["# Written by hpcstack.", *lines]) if lines else ""


def _read(content: bytes, origin: str) -> dict[str, Any]:
    """The settings, checked again: what stands in sshd's file must be names and nothing else. Raises Fault."""
    try:
        found = json.loads(content)
        names, forwarding = found["acceptEnv"], found["allowAgentForwarding"]
    except (ValueError, KeyError, TypeError):
        raise Fault(f"{origin} holds no settings of this program; run pulumi up, which writes both anew") from None
    for name in names:
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise Fault(f"{origin}: {name!r} is no name of a variable")
        if _DANGEROUS.match(name):
            raise Fault(f"{origin}: {name} lets clients bring code of their own; remove it from cluster.sshd.acceptEnv")
    return {"acceptEnv": names, "allowAgentForwarding": forwarding is True}


def _included() -> None:
    """sshd reads the folder since OpenSSH 8.2, where its main file says so."""
    if not re.search(rf"(?im)^\s*include\s.*{re.escape(str(FILE.parent))}/\*\.conf", _MAIN.read_text()):
        raise Fault(f"{_MAIN} does not include {FILE.parent}/*.conf (OpenSSH 8.2 and newer do); use another image.os")


def _test(before: bytes | None) -> None:
    """With the new file; the old one comes back if sshd does not take it. Raises Fault."""
    binary = next((path for path in _BINARIES if Path(path).exists()), "sshd")
    code, told, error = commands.attempt(binary, "-t")
    if code == 0:
        return
    if before is None:
        FILE.unlink(missing_ok=True)
    else:
        FILE.write_bytes(before)
    reason = next((line for line in (error or told).splitlines() if line.strip()), "it does not say why")
    raise Fault(f"sshd -t refuses its configuration with {FILE}, which is taken back: {reason.strip()}")


def _unit() -> str:
    """Ubuntu's and Debian's is ssh, the others' sshd."""
    return "ssh" if commands.attempt("systemctl", "cat", "ssh.service")[0] == 0 else "sshd"
