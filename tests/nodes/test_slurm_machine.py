"""The machine of the other tests is what it says: real Slurm, and nothing of it outlives its holder."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from localcloud.machines import environments
from tests.emulator.rig import until
from tests.nodes import image_root
from tests.nodes.slurm_files import NODE
from tests.nodes.slurm_machine import SlurmMachine

pytestmark = pytest.mark.nodes


def test_jobs_run_as_their_users_and_are_accounted(accounting_machine: SlurmMachine) -> None:
    machine = accounting_machine
    machine.sh("cd /tmp && sbatch --wait -o /tmp/out --wrap 'id -un'", user="alice")
    assert machine.path("/tmp/out").read_text() == "alice\n"
    machine.wait("sacct -aXPn -o user,account,state,nodelist | grep -q COMPLETED")
    assert machine.sh("sacct -aXPn -o user,account,state,nodelist") == f"alice|pcdefault|COMPLETED|{NODE}"


def test_secrets_and_objects_are_what_a_test_puts(accounting_machine: SlurmMachine) -> None:
    arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:key-AbCdEf"
    ask = ("aws", "secretsmanager", "get-secret-value", "--region", "eu-west-1", "--secret-id", arn)
    assert accounting_machine.try_(*ask).returncode == 254
    accounting_machine.secret(arn, "word")
    assert accounting_machine.run(*ask, "--query", "SecretString", "--output", "text") == "word"


def test_nothing_outlives_a_test_process_that_is_killed(tmp_path: Path) -> None:
    program = f"""
        import os, pathlib, signal
        from tests.nodes import slurm_machine
        with slurm_machine.start(pathlib.Path({str(tmp_path / "other")!r})) as machine:
            print(machine.leader, flush=True)
            os.kill(os.getpid(), signal.SIGKILL)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, check=False)
    leader = Path("/proc", done.stdout.strip())
    assert done.stdout.strip().isdigit(), done.stderr
    until(lambda: not leader.exists())
    assert not (tmp_path / "other/root").is_mount()


def test_no_machine_compiles_what_it_imports() -> None:
    """Its disk is new each time. Whatever this process does with what it compiles, the image has it beside its sources."""
    root = image_root.ensured()
    botocores = [environments.packages(name).relative_to("/") / "botocore" for name in environments.LOCKS]
    for folder in [*root.glob("usr/lib/python3.*/json"), *(root / one for one in botocores)]:
        sources = {one.stem for one in folder.glob("*.py")}
        compiled = {one.name.split(".")[0] for one in (folder / "__pycache__").glob("*.pyc")}
        assert compiled == sources != set()
