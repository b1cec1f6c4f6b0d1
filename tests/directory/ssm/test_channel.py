"""The operator's channel over Systems Manager: jobs, their output, files, waiting, interrupts."""

import sys
from dataclasses import replace
from typing import Any

import pytest

from scripts.operator.errors import OperatorError
from scripts.operator.reach import ssm
from scripts.operator.reach.channel import File
from scripts.operator.reach.ssm import SsmChannel
from tests.directory.ssm.bench import BUCKET, Bench

pytestmark = pytest.mark.directory


def to_end(job: Any) -> tuple[list[str], int, list[str]]:
    lines = list(job.lines())
    return lines, *job.end()


def test_a_job_says_all_that_it_prints_however_much(bench: Bench) -> None:
    code = "import sys; [print(n, 'ä' * 40) for n in range(600)]; print('aside', file=sys.stderr); sys.exit(3)"
    lines, ended, remarks = to_end(bench.channel.start([sys.executable, "-c", code], []))
    assert lines == [f"{n} {'ä' * 40}" for n in range(600)]
    assert (ended, remarks) == (3, ["aside"])


def test_files_come_by_their_content_and_lists_do_not_stay_on_their_way(bench: Bench) -> None:
    files = [File("tool-1.py", b"print(open('list-1.txt').read())", lasting=True), File("list-1.txt", b"people")]
    assert to_end(bench.channel.start([sys.executable, "tool-1.py"], files))[0] == ["people"]
    s3 = bench.aws.client("s3")
    versions = s3.list_object_versions(Bucket=BUCKET, Prefix="jump-host/")
    assert [one["Key"].split("/")[-1] for one in versions["Versions"]] == ["tool-1.py"]
    assert "DeleteMarkers" not in versions
    (bench.home / "tool-1.py").write_text("print('as it was')")
    assert to_end(bench.channel.start([sys.executable, "tool-1.py"], files))[0] == ["as it was"]


def test_a_file_that_is_not_what_its_name_says_is_not_taken(bench: Bench) -> None:
    file = File("tool-2.py", b"print(1)", lasting=True)
    bench.channel.start(["true"], [file])
    (bench.home / "tool-2.py").unlink()
    s3 = bench.aws.client("s3")
    (key,) = (one["Key"] for one in s3.list_objects_v2(Bucket=BUCKET)["Contents"] if one["Key"].endswith("tool-2.py"))
    s3.put_object(Bucket=BUCKET, Key=key, Body=b"print(2)")
    with pytest.raises(OperatorError, match=r"cannot begin: .*is not what its name says"):
        bench.channel.start(["true"], [file])
    assert not (bench.home / "tool-2.py").exists()


def test_an_interrupt_reaches_the_command_and_not_the_shell_around_it(bench: Bench) -> None:
    code = "import time\nprint('at work', flush=True)\ntry: time.sleep(60)\nexcept KeyboardInterrupt: print('in order')"
    job = bench.channel.start([sys.executable, "-c", code], [])
    lines = job.lines()
    assert next(lines) == "at work"
    job.interrupt()
    assert list(lines) == ["in order"]
    assert job.end() == (0, [])


def test_a_job_that_was_killed_with_its_shell_is_told(bench: Bench) -> None:
    job = bench.channel.start([sys.executable, "-c", "import os; os.kill(os.getppid(), 9)"], [])
    assert list(job.lines()) == []
    with pytest.raises(OperatorError, match="ended without a word"):
        job.end()


def test_waiting_ends_when_the_agent_answers_or_at_the_deadline(bench: Bench) -> None:
    bench.channel.await_managed(0)
    with pytest.raises(OperatorError, match="not known to Systems Manager after"):
        replace(bench.channel, instance=bench.bare).await_managed(0)
    gone = replace(bench.channel, instance="i-0123456789abcdef0")
    with pytest.raises(OperatorError, match="i-0123456789abcdef0 is gone: run `just refresh`"):
        gone.await_managed()
    with pytest.raises(OperatorError, match="not known to Systems Manager now"):
        gone.run("true")


def test_a_host_whose_first_boot_is_not_done_is_waited_for(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    beginning, await_first_boot, said = ssm._beginning, SsmChannel.await_first_boot, []

    def boot(channel: SsmChannel) -> None:
        await_first_boot(channel)
        channel.run("touch booted")

    monkeypatch.setattr(ssm, "_beginning", lambda *given: ["test -e booted || exit 45", *beginning(*given)])
    monkeypatch.setattr(SsmChannel, "await_first_boot", boot)
    assert to_end(replace(bench.channel, say=said.append).start(["echo", "begun"], []))[0] == ["begun"]
    assert said == [f"waiting for the end of the first boot of {bench.managed}"]
