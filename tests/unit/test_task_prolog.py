"""The task prolog of the job environment: what it tells a task, by bash itself. On real Slurm it runs in tests/nodes."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from scripts.node.job_environment import task_prolog
from scripts.node.job_environment.job.job import RUN

_SCRIPT = Path(task_prolog.__file__).parent / "job/task_prolog.sh"
_SETTINGS: dict[str, Any] = {
    "sharedFolder": "/none",
    "localScratch": "/none",
    "privateTmp": True,
    "logs": "/none/slurm/logs",
    "keep": ["env"],
    "exports": {"A": "it's $HOME `id`", "B": "two\nlines"},
    "path": ["/usr/bin", "/not/there"],
    "stepVariables": [{"name": "REPORT", "report": "perf", "where": ["SIM_A", "SIM_B"]}],
    "containerBinds": [],
}


def told(folder: Path, environment: dict[str, str], **changed: Any) -> dict[str, str]:
    """Variables of the task, and what is printed as `print`. The places of jobs on the node are in `folder`."""
    (folder / "jobs/7").mkdir(parents=True, exist_ok=True)
    text = task_prolog.rendered(_SCRIPT.read_text(), {**_SETTINGS, **changed}).replace(RUN, str(folder))
    done = subprocess.run(
        ["/bin/bash", "-p", "-c", text],
        env={"SLURM_JOB_ID": "7", **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    exports = [line.removeprefix("export ") for line in done.stdout.splitlines() if line.startswith("export ")]
    prints = [line.removeprefix("print ") for line in done.stdout.splitlines() if line.startswith("print ")]
    found = {name: value for name, _, value in (line.partition("=") for line in exports)}
    return {**found, "print": "\n".join(prints)}


def test_values_are_data_and_those_of_two_lines_are_left_out(tmp_path: Path) -> None:
    found = told(tmp_path, {"PATH": "/bin"})
    assert found["A"] == "it's $HOME `id`"
    assert "B" not in found
    assert found["PATH"] == "/bin:/usr/bin"
    assert found["SLURM_CPUS_PER_TASK"] == "1"
    assert "TMPDIR is not set: there is no /none/slurm/jobs/7" in found["print"]


def test_a_task_without_a_path_gets_one(tmp_path: Path) -> None:
    assert told(tmp_path, {})["PATH"] == "/usr/bin"
    assert "PATH" not in told(tmp_path, {"PATH": "/usr/bin"})


@pytest.mark.parametrize("number", ["", "../..", "7 8", "\u0663", "9" * 11])
def test_a_number_that_is_none_is_told(tmp_path: Path, number: str) -> None:
    found = told(tmp_path, {"SLURM_JOB_ID": number})
    assert found == {"print": "job environment: SLURM_JOB_ID is no number"}


def test_a_report_has_its_file_where_all_its_variables_are_set(tmp_path: Path) -> None:
    both = {"SIM_A": "1", "SIM_B": "1", "SLURM_STEP_ID": "3"}
    assert told(tmp_path, both)["REPORT"] == f"{tmp_path}/jobs/7/perf.3.txt"
    assert "REPORT" not in told(tmp_path, {"SIM_A": "1"})


@pytest.mark.parametrize("name", ["SECONDS", "HOSTNAME", "UID"])
def test_variables_that_bash_itself_has_are_not_the_jobs(tmp_path: Path, name: str) -> None:
    wanted = [{"name": "REPORT", "report": "perf", "where": [name]}]
    assert "REPORT" not in told(tmp_path, {}, stepVariables=wanted)


def test_a_variable_of_bash_counts_where_the_job_has_set_it(tmp_path: Path) -> None:
    wanted = [{"name": "REPORT", "report": "perf", "where": ["HOSTNAME"]}]
    assert told(tmp_path, {"HOSTNAME": "a"}, stepVariables=wanted)["REPORT"] == f"{tmp_path}/jobs/7/perf.batch.txt"


def test_on_a_mounted_local_disk_only_the_local_place_counts(tmp_path: Path) -> None:
    place = tmp_path / "slurm/jobs/7"
    place.mkdir(parents=True)
    assert told(tmp_path, {}, sharedFolder=str(tmp_path), localScratch="/usr")["TMPDIR"] == str(place)
    found = told(tmp_path, {}, sharedFolder=str(tmp_path), localScratch="/proc")
    assert "TMPDIR" not in found
    assert "TMPDIR is not set: there is no /proc/slurm/jobs/7" in found["print"]
    assert told(tmp_path, {}, sharedFolder="/none", localScratch=str(tmp_path))["TMPDIR"] == str(place)


def test_the_first_task_hands_over_its_environment_with_what_it_is_given(tmp_path: Path) -> None:
    told(tmp_path, {"OWN": "two\nlines", "SLURM_LOCALID": "1"})
    assert not (tmp_path / "jobs/7/env.raw").exists()
    told(tmp_path, {"OWN": "two\nlines"})
    kept = (tmp_path / "jobs/7/env.raw").read_text().split("\0")
    assert {"OWN=two\nlines", "SLURM_JOB_ID=7", "A=it's $HOME `id`"} <= set(kept)
    assert (tmp_path / "jobs/7/env.raw").stat().st_mode & 0o777 == 0o600
    told(tmp_path, {"OWN": "later"})
    assert (tmp_path / "jobs/7/env.raw").read_text().split("\0") == kept


def test_a_task_that_names_itself_the_first_one_is_not(tmp_path: Path) -> None:
    own = dict.fromkeys(
        ("first", "given", "warnings", "notes", "job", "listed", "wanted", "flags", "present", "more"), "1"
    )
    told(tmp_path, own)
    kept = (tmp_path / "jobs/7/env.raw").read_text()
    assert "A=it's $HOME `id`\0" in kept
    told(tmp_path, own | {"SLURM_LOCALID": "1"})
    told(tmp_path, own)
    assert (tmp_path / "jobs/7/env.raw").read_text() == kept


def test_no_input_of_its_own_is_written_to_a_file() -> None:
    """Bash 4.4 writes a here-string or a here-document into TMPDIR, which may be full, or the user's."""
    assert "<<" not in _SCRIPT.read_text()


def test_a_step_is_not_given_a_second_time_what_its_script_has(tmp_path: Path) -> None:
    (tmp_path / "node-libraries").write_text("/lib/a,/lib/b,/*\n\n")
    first = told(tmp_path, {"APPTAINER_BIND": "/mine"}, containerBinds=["/", "/not/here"])
    assert (first["APPTAINER_BIND"], first["APPTAINER_CONTAINLIBS"]) == ("/mine,/", "/lib/a,/lib/b,/*")
    assert first["SINGULARITY_BIND"] == "/"
    names = ("APPTAINER_BIND", "APPTAINER_CONTAINLIBS")
    again = told(tmp_path, {name: first[name] for name in names}, containerBinds=["/"])
    assert {name: again[name] for name in names} == {name: first[name] for name in names}
