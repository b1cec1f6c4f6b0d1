"""What job scripts read in `scontrol -dd show job`, as Slurm 24.11 and 26.05 print it."""

import pytest

from scripts.node.job_environment.job.record import Record

_BEGIN = "JobId=7 ArrayJobId=5 ArrayTaskId=3 JobName=a b\nJobId=1 UserId=root\n"
_END = """   UserId=alice(1001) GroupId=alice(1001) MCS_label=N/A
   Requeue=1 Restarts=0 BatchFlag=1 Reboot=0 ExitCode=0:0
   WorkDir=/home/alice
   StdErr={}
   StdIn=/dev/null
   StdOut=/home/alice/a b-7

"""


@pytest.mark.parametrize("between", ["", "   SLUID=s4KNM80XKW1M00\n"], ids=["24.11", "26.05"])
def test_a_name_of_two_lines_is_no_more_than_a_name(between: str) -> None:
    found = Record(7, _BEGIN + between + _END.format("/home/alice/err"))
    assert found.header() == "JobId=7 ArrayJobId=5 ArrayTaskId=3 JobName=a b?JobId=1 UserId=root\n"
    assert (found.extended_id, found.stdout, found.stderr) == ("5_3", "/home/alice/a b-7", "/home/alice/err")
    assert found.batch


def test_without_a_file_for_errors_they_are_in_the_output() -> None:
    assert Record(7, _BEGIN + _END.format("")).stderr == "/home/alice/a b-7"


def test_a_controller_that_does_not_answer_leaves_a_number() -> None:
    assert (Record(7, "").header(), Record(7, "").stdout) == ("JobId=7 JobName=\n", "")
