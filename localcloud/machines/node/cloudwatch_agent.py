"""Stands for CloudWatch's agent: `ctl` takes fragments of its configuration, `follow` sends what is written to the files they name.

Of the agent's schema `logs.logs_collected.files.collect_list` is acted out: `file_path` with `**`, `log_group_name`,
`log_stream_name`, `publish_multi_logs`, `multi_line_start_pattern`. ParallelCluster's own list of logs is not followed: `just logs`
shows these.
"""

import argparse
import contextlib
import glob
import json
import re
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from localcloud.machines.node import aws, facts
from localcloud.machines.node.system import run, services, write

AGENT = Path("/opt/aws/amazon-cloudwatch-agent")
_FRAGMENTS, _STATE = AGENT / "etc/amazon-cloudwatch-agent.d", AGENT / "logs/state.json"
_SERVICE = "amazon-cloudwatch-agent"
_UNIT = f"""[Unit]
Description=CloudWatch's agent (stand-in)
StartLimitIntervalSec=0

[Service]
ExecStart={AGENT}/bin/{_SERVICE}
Restart=on-failure
RestartSec=2

[Install]
WantedBy=multi-user.target
"""
_PAUSE_SECONDS = 1
_EVENT_BYTES = 256 * 1024 - 26
"""PutLogEvents: an event has 256 KB at most, with 26 bytes for each beside its text."""
_BATCH = 100
_NOT_IN_NAMES = re.compile(r"[^.\-_#A-Za-z0-9]")


def ctl(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="amazon-cloudwatch-agent-ctl")
    parser.add_argument("-a", dest="action", choices=["append-config", "remove-config"], required=True)
    parser.add_argument("-m", dest="mode", choices=["ec2"], required=True)
    parser.add_argument("-c", dest="source", required=True, help="file:PATH")
    parser.add_argument("-s", dest="start", action="store_true", help="start the agent anew")
    given = parser.parse_args(words)
    source = Path(given.source.removeprefix("file:"))
    taken = _FRAGMENTS / f"file_{source.name}"
    if given.action == "remove-config":
        taken.unlink(missing_ok=True)
    else:
        list(_entries(json.loads(source.read_text())))
        _FRAGMENTS.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, taken)
    if given.start:
        write(f"/etc/systemd/system/{_SERVICE}.service", _UNIT)
        services(["daemon-reload"])
        services(["enable", "--quiet"], _SERVICE)
        run("systemctl", "restart", _SERVICE)
    return 0


def follow() -> int:
    """Until it is ended."""
    client = aws.client("logs", facts.this_node().region)
    sent: dict[str, int] = json.loads(_STATE.read_text()) if _STATE.exists() else {}
    before: dict[str, int] = {}
    while True:
        now = sizes()
        for file, entry in _files():
            # Whole: it did not grow since the last look.
            if sent.get(file, 0) < now.get(file, 0) == before.get(file):
                try:
                    content = Path(file).read_bytes()[sent.get(file, 0) : now[file]]
                except FileNotFoundError:
                    continue
                _send(client, entry, file, content.decode(errors="replace"))
                sent[file] = now[file]
                write(_STATE, json.dumps(sent))
        before = now
        time.sleep(_PAUSE_SECONDS)


def sizes() -> dict[str, int]:
    """Followed file -> bytes; without one that is gone since its folder was read."""
    found: dict[str, int] = {}
    for file, _ in _files():
        with contextlib.suppress(FileNotFoundError):
            found[file] = Path(file).stat().st_size
    return found


def events(text: str, start: str | None) -> list[str]:
    """The events of what was added to a file: its lines, or what stands from one line that matches `start` to the next."""
    if not start:
        return [line for line in text.splitlines() if line.strip()]
    begins = re.compile(start)
    found: list[list[str]] = [[]]
    for line in text.splitlines():
        if begins.search(line) and found[-1]:
            found.append([])
        found[-1].append(line)
    whole = ["\n".join(lines).encode() for lines in found]
    return [
        part.decode(errors="replace")
        for one in whole
        for part in (one[at : at + _EVENT_BYTES] for at in range(0, len(one), _EVENT_BYTES))
        if part.strip()
    ]


def stream(entry: dict[str, Any], file: str) -> str:
    """With `publish_multi_logs` a stream for each file, in the agent's own form (generateLogStreamName of its logfile.go)."""
    name = str(entry["log_stream_name"])
    return f"{name}_{_NOT_IN_NAMES.sub('_', file)}" if entry.get("publish_multi_logs") else name


def _entries(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for entry in document["logs"]["logs_collected"]["files"]["collect_list"]:
        if not {"file_path", "log_group_name", "log_stream_name"} <= set(entry):
            raise SystemExit(f"an entry lacks file_path, log_group_name or log_stream_name: {entry}")
        yield entry


def _files() -> Iterator[tuple[str, dict[str, Any]]]:
    for fragment in sorted(_FRAGMENTS.glob("file_*")):
        for entry in _entries(json.loads(fragment.read_text())):
            for file in sorted(glob.glob(entry["file_path"], recursive=True)):
                yield file, entry


def _send(client: Any, entry: dict[str, Any], file: str, text: str) -> None:
    group, name = entry["log_group_name"], stream(entry, file)
    with contextlib.suppress(client.exceptions.ResourceAlreadyExistsException):
        client.create_log_stream(logGroupName=group, logStreamName=name)
    found = events(text, entry.get("multi_line_start_pattern"))
    for at in range(0, len(found), _BATCH):
        now = time.time_ns() // 1_000_000
        batch = [{"timestamp": now, "message": one} for one in found[at : at + _BATCH]]
        client.put_log_events(logGroupName=group, logStreamName=name, logEvents=batch)


if __name__ == "__main__":
    sys.exit(ctl(sys.argv[2:]) if sys.argv[1] == "ctl" else follow())
