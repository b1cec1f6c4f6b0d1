"""The stand-in for pulumi-command without a remote host: life of a command, refused inputs, upload rules."""

import os
import time
from pathlib import Path

import pytest
from pulumi.runtime import proto

from localcloud.plugins.command.execution import run
from localcloud.plugins.resource import PluginError, Stopped
from tests.unit.aws_standin_rig import Refused, plain, secret, secrets_of
from tests.unit.command_standin_rig import COPY, LOCAL, REMOTE, CommandRig

ELSEWHERE = {"host": "192.0.2.1", "privateKey": "never shown"}


@pytest.fixture
def rig() -> CommandRig:
    return CommandRig()


def test_create_keeps_what_was_printed_without_the_last_line_break(rig: CommandRig) -> None:
    made = rig.create(LOCAL, create="cat; echo; echo two >&2", stdin="one")
    assert (made["stdout"], made["stderr"]) == ("one", "two")


def test_the_preview_of_a_create_runs_nothing(rig: CommandRig, tmp_path: Path) -> None:
    made = rig.create(LOCAL, preview=True, create=f"touch {tmp_path}/ran")
    assert not list(tmp_path.iterdir())
    assert {key for key, value in plain(made.state).items() if repr(value) == "UNKNOWN"} == {"stdout", "stderr"}


def test_update_runs_update_and_offers_the_former_output(rig: CommandRig) -> None:
    made = rig.create(LOCAL, create="echo first")
    changed = rig.update(made, create="echo first", update='echo "after $PULUMI_COMMAND_STDOUT"')
    assert changed["stdout"] == "after first"


def test_update_without_a_command_for_it_runs_create_again(rig: CommandRig) -> None:
    made = rig.create(LOCAL, create="echo first")
    assert rig.update(made, create="echo second")["stdout"] == "second"


def test_former_output_is_not_offered_when_switched_off(rig: CommandRig) -> None:
    made = rig.create(LOCAL, create="echo first")
    again = rig.update(made, create='echo "[$PULUMI_COMMAND_STDOUT]"', addPreviousOutputInEnv=False)
    assert again["stdout"] == "[]"


def test_delete_runs_delete_only_if_given(rig: CommandRig, tmp_path: Path) -> None:
    rig.delete(rig.create(LOCAL, create="true"))
    assert not list(tmp_path.iterdir())
    rig.delete(rig.create(LOCAL, create="echo x", delete='echo "$PULUMI_COMMAND_STDOUT" > gone', dir=str(tmp_path)))
    assert (tmp_path / "gone").read_text() == "x\n"


def test_changed_triggers_replace_and_other_inputs_update(rig: CommandRig) -> None:
    made = rig.create(LOCAL, create="true", triggers=["a"])
    assert rig.diff(made, create="true", triggers=["a"]).changes == proto.DiffResponse.DIFF_NONE
    replaced = rig.diff(made, create="true", triggers=["b"])
    assert list(replaced.replaces) == ["triggers"]
    updated = rig.diff(made, create="false", triggers=["a"])
    assert (updated.changes, list(updated.replaces)) == (proto.DiffResponse.DIFF_SOME, [])


def test_a_failing_command_is_told_with_status_and_output(rig: CommandRig) -> None:
    with pytest.raises(Refused, match=r"exit status 3: running 'echo out; echo err >&2; exit 3':\n") as caught:
        rig.create(LOCAL, create="echo out; echo err >&2; exit 3")
    assert {"out", "err"} <= set(str(caught.value).splitlines())
    assert caught.value.half is None


def test_a_secret_is_struck_out_of_an_error(rig: CommandRig) -> None:
    with pytest.raises(Refused) as caught:
        rig.create(LOCAL, create="cat; exit 1", stdin=secret("hunter2"))
    assert "hunter2" not in str(caught.value)
    assert "[secret]" in str(caught.value)


@pytest.mark.parametrize(
    ("logging", "lines"), [(None, {"o", "e"}), ("stdout", {"o"}), ("stderr", {"e"}), ("none", set())]
)
def test_logging_selects_streams_and_outputs_keep_both(rig: CommandRig, logging: str | None, lines: set[str]) -> None:
    made = rig.create(LOCAL, create="echo o; echo e >&2", **({"logging": logging} if logging else {}))
    assert set(rig.lines) == lines
    assert (made["stdout"], made["stderr"]) == ("o", "e")


@pytest.mark.parametrize(
    ("token", "inputs", "path", "reason"),
    [
        (LOCAL, {"create": "true", "logging": "loud"}, "logging", "expected one of"),
        (LOCAL, {"create": "true", "assetPaths": ["*"]}, "assetPaths", "does not implement input assetPaths"),
        (LOCAL, {"create": "true", "creates": "x"}, "creates", "unknown property"),
        (REMOTE, {"create": "true"}, "connection", "required property is missing"),
        (REMOTE, {"connection": ELSEWHERE | {"proxy": {"host": "h"}}}, "connection.proxy", "does not implement proxy"),
        (REMOTE, {"connection": ELSEWHERE | {"password": "x"}}, "connection.password", "does not implement password"),
        (REMOTE, {"connection": ELSEWHERE | {"hostKey": "AAAA"}}, "connection.hostKey", "expected a public key line"),
        (REMOTE, {"connection": ELSEWHERE | {"port": 0}}, "connection.port", "expected a whole number"),
        (COPY, {"connection": ELSEWHERE, "remotePath": "x"}, "source", "required property is missing"),
    ],
)
def test_what_the_stand_in_does_not_know_is_refused_at_its_path(
    rig: CommandRig, token: str, inputs: dict[str, object], path: str, reason: str
) -> None:
    failures = rig.check(token, inputs)[1]
    assert list(failures) == [path]
    assert reason in failures[path]


def test_a_connection_is_secret_and_gets_the_official_defaults(rig: CommandRig) -> None:
    checked, failures = rig.check(REMOTE, {"connection": ELSEWHERE, "create": "true"})
    assert not failures
    assert secrets_of(checked) == {"connection"}
    assert plain(checked)["connection"] == ELSEWHERE | {
        "user": "root",
        "port": 22,
        "dialErrorLimit": 10,
        "perDialTimeout": 15,
    }


def test_what_a_command_did_stays_as_it_is_on_refresh(rig: CommandRig) -> None:
    made = rig.create(LOCAL, create="date +%N")
    again = rig.read(made)
    assert again is not None
    assert again["stdout"] == made["stdout"]


def test_an_interpreter_that_is_missing_is_told_in_one_line(rig: CommandRig) -> None:
    with pytest.raises(Refused, match="cannot run 'no-such-shell'"):
        rig.create(LOCAL, create="true", interpreter=["no-such-shell", "-c"])


def test_a_running_command_ends_when_the_user_cancels() -> None:
    rig = CommandRig()
    rig.plugin.stopping.set()
    began = time.monotonic()
    with pytest.raises(Stopped):
        run(["/bin/sh", "-c", "sleep 30; true"], stopping=rig.plugin.stopping)
    assert time.monotonic() - began < 5


def test_a_folder_that_is_missing_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(PluginError, match="No such file or directory"):
        run(["true"], stopping=CommandRig().plugin.stopping, cwd=tmp_path / "nowhere", env=dict(os.environ))
