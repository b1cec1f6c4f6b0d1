"""What a test process started ends with it, also when it is killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from localcloud import processes
from tests import keeper
from tests.emulator.rig import until

ROOT = Path(__file__).resolve().parent.parent.parent
TESTS = """
import os, subprocess, sys, time
from pathlib import Path
from localcloud import paths, processes

def test_starts_daemons_and_hangs(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "STATE", tmp_path)
    sleeper = [sys.executable, "-c", "import time; time.sleep(600)"]
    pids = {"ours": processes.start("one", sleeper, info={}, ready=lambda: True, timeout=60).pid}
    # As the recipes do: a program starts a daemon and ends before it.
    starter = f"import subprocess; print(subprocess.Popen({sleeper}, start_new_session=True, stdout=-3).pid)"
    pids["of a program"] = int(subprocess.check_output([sys.executable, "-c", starter]))
    # As sshd and Samba: no environment that tells anything, but an open file; and a child in its group that has none.
    shell = f"sleep 600 < /dev/null > /dev/null 2>&1 & echo $! > '{tmp_path}/child'; exec sleep 600"
    with (tmp_path / "log").open("w") as log:
        bare = subprocess.Popen(["sh", "-c", shell], env={}, stdin=subprocess.DEVNULL, stdout=log, cwd="/", start_new_session=True)
    while not (tmp_path / "child").exists() or not (tmp_path / "child").read_text():
        time.sleep(0.05)
    pids |= {"with a file": bare.pid, "of its group": int((tmp_path / "child").read_text())}
    Path(os.environ["TOLD"]).write_text(repr(pids))
    if "KILLED" in os.environ:
        time.sleep(600)
"""


@pytest.mark.parametrize("killed", [True, False])
def test_what_a_test_process_leaves_ends_with_it_and_nothing_else(killed: bool, tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(TESTS)
    told = tmp_path / "told"
    command = [sys.executable, "-m", "pytest", "-q", "--rootdir", str(ROOT), "-c", str(ROOT / "pyproject.toml"), "-p"]
    command += ["tests.conftest", f"--basetemp={tmp_path / 'temporary'}", str(tmp_path / "test_it.py")]
    environment = {**os.environ, "TOLD": str(told), **({"KILLED": "1"} if killed else {})}
    environment.pop(keeper.MARK, None)
    stranger = subprocess.Popen(["sleep", "600"], start_new_session=True)
    run = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        until(lambda: told.exists() and told.read_text().endswith("}"), 240)
        pids: dict[str, int] = eval(told.read_text())
        if killed:
            assert all(processes.alive(pid) for pid in pids.values())
            run.send_signal(signal.SIGKILL)
        run.wait(240)
        until(lambda: [name for name, pid in pids.items() if processes.alive(pid)] == [], 240)
        assert stranger.poll() is None
    finally:
        for process in (run, stranger):
            process.kill()
            process.wait()
