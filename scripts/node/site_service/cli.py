"""`site_service`: what it takes and does."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..library import accounts, arguments, cloud, commands, program, services
from ..library.changes import Changes
from ..library.faults import Fault
from ..library.node import HEAD, Node
from . import units

_UNITS = Path("/etc/systemd/system")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")
_USER = re.compile(r"[a-z_][a-z0-9_-]{0,31}")
_PATH = re.compile(r"(?!.*/\.\.?(/|$))(/[A-Za-z0-9_.+-]+)+")
_KEYS = {"name", "image", "command", "args", "config", "inputs", "writes", "user", "port"}


def main(argv: Sequence[str] | None = None) -> int:
    """The program; its exit code."""
    what = "Services of the site's own, as units of systemd that wait for their files; on the head node."
    return program.run("site_service", what, _arguments, _work, argv)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--settings", metavar="s3://BUCKET/KEY", required=True, type=arguments.s3_uri, help="the services, as JSON"
    )
    parser.add_argument("--version", help="of the settings; not read, a new one has the cluster updated")


def _work(options: argparse.Namespace, node: Node, changes: Changes) -> None:
    if node.kind != HEAD:
        changes.say(f"nothing to do on a {node.kind}: services run on the head node")
        return
    wanted = read(cloud.s3_object(options.settings), options.settings)
    for service in wanted:
        accounts.system_user(changes, service["user"])
    texts = {service["name"]: units.units(service) for service in wanted}
    _end_others(changes, {units.name(service) for service in wanted})
    for service in wanted:
        _have(changes, units.name(service), texts[service["name"]])


def read(content: bytes, origin: str) -> list[dict[str, Any]]:
    """The services, checked again, because each becomes a file of root's. Raises Fault."""
    try:
        found = json.loads(content)["services"]
        wrong = next((one for one in found if set(one) != _KEYS), None)
    except (ValueError, KeyError, TypeError):
        raise Fault(f"{origin} holds no services; run pulumi up, which writes it anew") from None
    if wrong is not None:
        raise Fault(f"{origin} does not fit this program: {sorted(set(wrong) ^ _KEYS)}; run pulumi up")
    for one in found:
        paths = [path for path in (one["image"], one["command"], one["config"]) if path]
        paths += [*one["inputs"], *one["writes"]]
        bad = [text for text in paths if not _PATH.fullmatch(text)]
        bad += [] if _NAME.fullmatch(one["name"]) else [one["name"]]
        bad += [] if _USER.fullmatch(one["user"]) and one["user"] != "root" else [one["user"]]
        bad += [text for text in one["args"] if set(text) & {"\n", "\r", "\0"}]
        bad += [] if bool(one["image"]) != bool(one["command"]) else ["image, command"]
        if bad:
            raise Fault(
                f"{origin}: service {one['name']!r} has {bad[0]!r}, which is not allowed; see cluster.siteServices"
            )
    return list(found)


def _have(changes: Changes, name: str, texts: dict[str, str]) -> None:
    """The units, enabled; the service is restarted only if its own text changed, and may still wait for its files."""
    changed = {file: services.unit(changes, file, text) for file, text in texts.items()}
    for kind in ("path", "timer"):
        services.running(changes, f"{name}.{kind}", changed=changed[f"{name}.{kind}"])
    if services.enabled(changes, f"{name}.service") or changed[f"{name}.service"]:
        services.restart(changes, f"{name}.service")


def _end_others(changes: Changes, names: set[str]) -> None:
    """Services that the stack file no longer has: first what would start them, even while they stop."""
    gone = False
    for suffix in ("timer", "path", "service"):
        for path in sorted(_UNITS.glob(f"site-*.{suffix}")):
            if path.stem not in names and _ours(path):
                changes.command(f"{path.name} ended", "systemctl", "disable", "--now", "--quiet", path.name)
                gone |= changes.gone(path)
    if gone and not changes.dry_run:
        commands.output("systemctl", "daemon-reload")


def _ours(path: Path) -> bool:
    return path.is_file() and path.read_text(errors="replace").startswith("# Written by hpcstack.")
