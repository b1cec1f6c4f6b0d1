"""The choice between official parts and stand-ins, and what is said of official parts that are missing."""

import os
from pathlib import Path

import pytest

from localcloud.engine import download, engine, official, parts, plugins
from localcloud.engine.engine import Engine
from localcloud.errors import LocalCloudError
from tests.unit.engine_rig import Machine, closed_site

AWS, COMMAND = parts.wanted("aws"), parts.wanted("command")


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """One without a network, where the official parts are asked for."""
    site = closed_site()
    monkeypatch.setattr(download, "_SUMS", site + "/{version}-sums.txt")
    monkeypatch.setattr(download, "_ARCHIVE", site + "/{version}-{system}-{machine}.tar.gz")
    monkeypatch.setenv(parts.VARIABLE, "official")
    monkeypatch.setenv("PULUMI_HOME", str(tmp_path / "pulumi home"))
    return Machine(tmp_path, monkeypatch)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What plugins on PATH answer when they are asked for their version, by name."""
    answers: dict[str, str] = {}
    monkeypatch.setattr(parts.plugin_version, "ask", lambda program: answers.get(program.name))
    return answers


def install(name: str, version: str) -> Path:
    """What `pulumi plugin install` leaves."""
    program = Path(os.environ["PULUMI_HOME"], "plugins", f"resource-{name}-v{version}", f"pulumi-resource-{name}")
    program.parent.mkdir(parents=True)
    program.write_bytes(b"\x7fELF")
    program.chmod(0o755)
    return program


def whole_engine(machine: Machine) -> Engine:
    machine.pulumi(f"v{engine.VERSION}")
    machine.command(parts.EXECUTOR, "exit 0")
    return engine.ensure()


@pytest.mark.parametrize("word", ["auto", "official", "stand-in"])
def test_a_word_of_the_three_is_the_choice(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setenv(parts.VARIABLE, word)
    assert parts.choice() == word


def test_without_a_word_the_choice_is_auto(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(parts.VARIABLE, raising=False)
    assert parts.choice() == "auto"


def test_another_word_is_refused_with_those_that_are_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(parts.VARIABLE, "oficial")
    with pytest.raises(LocalCloudError, match="'oficial' is not allowed: one of auto, official, stand-in"):
        engine.ensure()


def test_an_official_engine_on_path_is_taken(machine: Machine) -> None:
    assert whole_engine(machine).origin == "PATH"


def test_no_engine_is_built_when_the_official_one_is_asked_for(machine: Machine) -> None:
    machine.go()
    with pytest.raises(LocalCloudError, match=r"(?s)PATH has no pulumi.*install pulumi whole"):
        engine.ensure()
    assert not machine.go_calls()


def test_an_engine_without_its_executor_is_refused(machine: Machine) -> None:
    machine.pulumi(f"v{engine.VERSION}")
    with pytest.raises(LocalCloudError, match=f"{parts.EXECUTOR}: is neither beside .* nor on PATH; install pulumi"):
        engine.ensure()


def test_this_projects_language_host_is_not_taken_for_the_official_one(machine: Machine) -> None:
    whole_engine(machine)
    machine.command(parts.LANGUAGE_HOST, 'exec "$HPCSTACK_LANGUAGE_HOST" "$@"')
    with pytest.raises(LocalCloudError, match=f"{parts.LANGUAGE_HOST}: .* is this project's own"):
        engine.ensure()


def test_installed_plugins_of_the_pinned_versions_serve(machine: Machine, tmp_path: Path) -> None:
    kept = [install("aws", AWS), install("command", COMMAND)]
    prepared = plugins.prepare(whole_engine(machine), tmp_path / "home")
    assert prepared.kind == "official"
    assert [path.resolve() for path in sorted((tmp_path / "home/plugins").glob("*/*"))] == kept


def test_plugins_on_path_that_tell_the_pinned_version_serve(
    machine: Machine, tmp_path: Path, asked: dict[str, str]
) -> None:
    for name in parts.PLUGINS:
        asked[f"pulumi-resource-{name}"] = parts.wanted(name)
        machine.command(f"pulumi-resource-{name}", "exit 0")
    assert plugins.prepare(whole_engine(machine), tmp_path / "home").kind == "official"
    linked = tmp_path / f"home/plugins/resource-aws-v{AWS}/pulumi-resource-aws"
    assert linked.resolve() == machine.bin / "pulumi-resource-aws"


def test_all_that_is_missing_is_told_at_once_with_the_command_that_gets_it(machine: Machine, tmp_path: Path) -> None:
    with pytest.raises(LocalCloudError) as told:
        plugins.prepare(whole_engine(machine), tmp_path / "home")
    assert f"pulumi-resource-aws {AWS}: is not there; run: pulumi plugin install resource aws v{AWS}" in str(told.value)
    assert f"run: pulumi plugin install resource command v{COMMAND}" in str(told.value)
    assert not (tmp_path / "home").exists(), "a stand-in took the place of an official plugin"


@pytest.mark.parametrize(
    ("answer", "problem"), [("7.0.0", "is version 7.0.0"), (None, "does not tell its version as a plugin does")]
)
def test_another_version_on_path_is_refused_although_the_right_one_is_installed(
    machine: Machine, tmp_path: Path, asked: dict[str, str], answer: str | None, problem: str
) -> None:
    install("aws", AWS)
    install("command", COMMAND)
    machine.command("pulumi-resource-aws", "exit 0")
    if answer:
        asked["pulumi-resource-aws"] = answer
    with pytest.raises(LocalCloudError, match=f"{problem}; take it off PATH"):
        plugins.prepare(whole_engine(machine), tmp_path / "home")


def test_a_stand_in_on_path_is_not_taken_for_the_official_plugin(machine: Machine, tmp_path: Path) -> None:
    install("command", COMMAND)
    machine.command("pulumi-resource-aws", "exec python -m localcloud.plugins.aws")
    with pytest.raises(LocalCloudError, match="is this project's stand-in"):
        plugins.prepare(whole_engine(machine), tmp_path / "home")


def test_stand_ins_serve_when_they_are_asked_for_and_nothing_is_fetched(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = whole_engine(machine)
    monkeypatch.setenv(parts.VARIABLE, "stand-in")
    monkeypatch.setattr(plugins, "_kept", lambda *_: pytest.fail("an official plugin was looked for"))
    prepared = plugins.prepare(found, tmp_path / "home")
    assert (prepared.kind, "HPCSTACK_PARTS=stand-in" in prepared.line) == ("stand-in", True)


def test_the_engine_may_use_plugins_of_path_only_if_its_language_host_is_there_alone(
    machine: Machine, tmp_path: Path
) -> None:
    assert whole_engine(machine).host_beside
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (machine.bin / "pulumi").rename(elsewhere / "pulumi")
    (machine.bin / "pulumi").symlink_to(elsewhere / "pulumi")
    assert not engine.ensure().host_beside


def test_a_run_with_official_parts_names_everything_that_is_missing(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(parts.VARIABLE, "auto")
    install("command", COMMAND)
    with pytest.raises(LocalCloudError) as told:
        official.require()
    text = str(told.value)
    assert "- there is no official engine:" in text
    assert f"- pulumi-resource-aws {AWS}: is not there; run: pulumi plugin install resource aws v{AWS}" in text
    assert f"+ pulumi-resource-command {COMMAND}: {os.environ['PULUMI_HOME']}" in text


def test_a_run_with_official_parts_says_what_it_takes(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    whole_engine(machine)
    monkeypatch.setenv(parts.VARIABLE, "auto")
    programs = [install("aws", AWS), install("command", COMMAND)]
    lines = official.require()
    assert len(lines) == 4
    assert engine.VERSION in lines[0]
    assert [line.split(": ", 1)[1] for line in lines[2:]] == [str(program) for program in programs]
    assert os.environ[parts.VARIABLE] == "official", "what this process starts must choose alike"
