"""Controllers whose disk is full or whose clock is wrong in the middle of a run. They are copies: what is broken is thrown away."""

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from localcloud.directory import requirements
from tests.directory.controllers import Controllers
from tests.directory.declared import Series, tried_again, unused
from tests.directory.rig import Outside, Tool
from tests.engine.local_cloud import ROOT

pytestmark = pytest.mark.directory

_FREE = 1 << 20
_PHOTO = 50_000
# Shorter than the leap of the clock below, so that the tickets of the run end by it.
_KINIT = '#!/bin/sh\nexec /usr/bin/kinit -l 10m "$@"\n'


@pytest.fixture
def small_disk(pair_template: Controllers, own_mounts: None, tmp_path: Path) -> Iterator[Controllers]:
    """Both controllers on a file system with little room."""
    disk = tmp_path / "disk"
    disk.mkdir()
    used = int(subprocess.check_output(["du", "-sb", pair_template.home], text=True).split()[0])
    room = used * 3 // 2
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={room}", "small", str(disk)], check=True)
    copy = pair_template.copy_to(disk / "pair")
    try:
        copy.start()
        yield copy
    finally:
        copy.remove()
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_a_full_disk_is_waited_for(small_disk: Controllers, tmp_path: Path):
    tool = Tool.at(tmp_path, small_disk.infos[0], small_disk.servers)
    series = Series(small_disk, tool, "full")
    few = Series(small_disk, tool, "full", count=4)
    # The group has to be known to both: replication that found a full disk tries again after five minutes only.
    few.assert_declared(few.run())
    ballast = small_disk.home.parent / "ballast"
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as handle:
        while handle.write(bytes(_FREE)):
            pass
    for name, outside in zip("ab", map(Outside, small_disk.infos), strict=True):
        # The databases' own reserve would hold all users of this test.
        stuff = {"name": name, "base": outside.info.base_dn, "size": _PHOTO, "most": 1000}
        assert outside.ask("stuff", **stuff, **outside.as_admin())
    process = series.begin()
    heard = next((line for line in iter(process.stdout.readline, "") if "trying again" in line), None)
    ballast.unlink()
    result = tool.finish(process)
    assert (heard is not None, result.code, result.summary["failed"]) == (True, 0, []), result
    assert result.summary["created"] == series.count - few.count
    series.assert_declared()


@pytest.mark.parametrize(
    ("answer", "said", "passes"),
    [
        ("PROTOCOL_ERROR", "00002024: error in prepare_commit", True),
        ("PROTOCOL_ERROR", "00002024: no such syntax", False),
        # What an addition says whose search ended by a leap of the clock.
        ("TIMELIMIT_EXCEEDED", "ridalloc.c:565: No RID Set DN - Cannot find DN CN=DC1", True),
        ("CONSTRAINT_VIOLATION", "0000052D: the password does not meet the complexity criteria", False),
    ],
)
def test_what_a_controller_may_take_later(answer: str, said: str, passes: bool):
    program = (
        "import sys, ldap; from scripts.directory.link.session import may_pass; "
        "print(may_pass(getattr(ldap, sys.argv[1])({'desc': sys.argv[1], 'info': sys.argv[2]})))"
    )
    command = [requirements.SYSTEM_PYTHON, "-c", program, answer, said]
    assert subprocess.check_output(command, cwd=ROOT, text=True) == f"{passes}\n"


@pytest.fixture
def wrong_clock(pair_template: Controllers, faketime: str, tmp_path: Path) -> Iterator[tuple[Controllers, Path]]:
    """The first controller's clock follows a file: `+0`, `+20m`."""
    clock = tmp_path / "clock"
    clock.write_text("+0")
    copy = pair_template.copy_to(tmp_path / "pair")
    copy.start()
    try:
        copy.stop_one(0)
        preload = f"{copy.environment['LD_PRELOAD']}:{faketime}"
        follow = {"FAKETIME_TIMESTAMP_FILE": str(clock), "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
        copy.start_one(0, {"LD_PRELOAD": preload, **follow})
        yield copy, clock
    finally:
        copy.remove()


@tried_again
def test_a_clock_leaps_and_tickets_end(wrong_clock: tuple[Controllers, Path], tmp_path: Path):
    controllers, clock = wrong_clock
    programs = tmp_path / "bin"
    programs.mkdir(exist_ok=True)
    (programs / "kinit").write_text(_KINIT)
    (programs / "kinit").chmod(0o755)
    tool = Tool.at(tmp_path, controllers.infos[0], controllers.servers, programs)
    series = Series(controllers, tool, unused("clock"))
    process = series.begin()
    series.await_rows(60, before=150)
    clock.write_text("+20m")
    result = tool.finish(process)
    # With the right clock and without the tickets of a wrong one, so that the controllers believe each other again.
    controllers.stop()
    for place in (0, 1):
        controllers.start_one(place)
    series.assert_declared(result)
    assert any("lost" in event.get("text", "") for event in result.events)
