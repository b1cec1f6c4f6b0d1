"""Stack files: the committed ones are valid, a new team's too, and the local cloud fills in only its own facts."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from localcloud import stack
from localcloud.directory.layout import DirectoryInfo
from localcloud.errors import LocalCloudError
from localcloud.jumphost.service import JumpHostInfo
from localcloud.run import split
from localcloud.services import Services
from planning import overrides
from settings import Settings, load

ROOT = Path(__file__).resolve().parent.parent.parent
ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:one-AbCdEf"


def settings_of(document: dict[str, Any]) -> Settings:
    return load(
        {key: value if isinstance(value, str) else json.dumps(value) for key, value in document["config"].items()}
    )


def services(folder: Path, *, people: bool) -> Services:
    if not people:
        return Services(endpoint="http://127.0.0.1:1", birth="b", directory=None, jump_host=None)
    for name in ("ca.pem", "key", "key.pub"):
        (folder / name).write_text(f"ssh-ed25519 {name.upper().replace('.', '')}\n")
    (folder / "ca.pem").write_text("-----BEGIN CERTIFICATE-----\n")
    directory = DirectoryInfo(
        domain="demo.hpc.internal",
        realm="DEMO.HPC.INTERNAL",
        base_dn="DC=demo",
        address="127.77.1.1",
        server_name="dc1.demo.hpc.internal",
        ca_file=folder / "ca.pem",
        admin_name="Administrator",
        admin_password_file=folder / "admin",
        read_only_user="cn=ReadOnlyUser",
        read_only_password_file=folder / "reader",
    )
    host = JumpHostInfo(
        host="127.0.0.1", port=2222, user="me", host_key="ssh-ed25519 AAAA", private_key_file=folder / "key"
    )
    return Services(
        endpoint="http://127.0.0.1:1",
        birth="b",
        directory=directory,
        jump_host=host,
        admin_secret_arn=ARN,
        read_only_secret_arn=ARN,
    )


@pytest.fixture
def effective(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr("localcloud.paths.STATE", tmp_path)
    checkpoint = stack.backend() / ".pulumi/stacks/hpcstack/local.json"
    checkpoint.parent.mkdir(parents=True)
    state = {"secrets_providers": {"type": "passphrase", "state": {"salt": "v1:salt"}}}
    checkpoint.write_text(json.dumps({"checkpoint": {"latest": state}}))

    def write(*, people: bool) -> dict[str, Any]:
        stack._write_stack_file("local", ROOT / "Pulumi.local.yaml", services(tmp_path, people=people))
        return yaml.safe_load(stack.stack_file("local").read_text())

    return write


def test_the_stack_dev_is_valid_as_it_stands() -> None:
    settings = settings_of(yaml.safe_load((ROOT / "Pulumi.dev.yaml").read_text()))
    assert settings.directory.kind == "managed-ad"
    assert overrides.problems(settings) == []


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.yaml")), ids=lambda path: path.stem)
def test_an_example_is_valid_as_it_stands(path: Path) -> None:
    settings = settings_of(yaml.safe_load(path.read_text()))
    assert settings.team == path.stem
    assert overrides.problems(settings) == []


def test_the_local_stack_is_valid_with_what_the_local_cloud_adds(effective: Any) -> None:
    document = effective(people=True)
    settings = settings_of(document)
    assert settings.users.count == 20
    assert settings.directory.servers == ("127.77.1.1",)
    assert settings.jump_host.port == 2222
    assert document["encryptionsalt"] == "v1:salt"


@pytest.mark.parametrize(("salt", "stays"), [("v1:salt", True), ("v1:of-another-stack", False)])
def test_a_secret_that_was_set_in_the_effective_file_stays(effective: Any, salt: str, stays: bool) -> None:
    document = effective(people=True)
    secret = {"secure": "v1:text"}
    config = document["config"] | {"hpcstack:slurmDatabasePassword": secret, "hpcstack:team": "changed"}
    stack.stack_file("local").write_text(yaml.safe_dump({**document, "config": config, "encryptionsalt": salt}))
    config = effective(people=True)["config"]
    assert config.get("hpcstack:slurmDatabasePassword") == (secret if stays else None)
    assert config["hpcstack:team"] == "demo"


def test_without_directory_and_jump_host_the_rest_is_still_valid(effective: Any) -> None:
    settings = settings_of(effective(people=False))
    assert (settings.directory.kind, settings.jump_host.kind, settings.users.count) == ("none", "none", 0)
    assert settings.image.build


def test_the_committed_file_alone_is_told_what_it_lacks() -> None:
    with pytest.raises(Exception, match=r"directory\.servers: nothing stands there"):
        settings_of(yaml.safe_load((ROOT / "Pulumi.local.yaml").read_text()))


def test_the_stack_is_the_word_before_the_flags() -> None:
    assert split(["dev", "--diff", "--target", "x"]) == ("dev", ["--diff", "--target", "x"])
    assert split(["--json"]) == (None, ["--json"])
    with pytest.raises(LocalCloudError, match='"a b" is no stack name'):
        split(["a b"])


def test_only_locks_of_killed_runs_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("localcloud.paths.STATE", tmp_path)
    folder = stack.backend() / ".pulumi/locks/organization/hpcstack/local"
    folder.mkdir(parents=True)
    ended = subprocess.Popen(["true"])
    ended.wait()
    for name, pid in (("mine", os.getpid()), ("killed", ended.pid)):
        (folder / f"{name}.json").write_text(json.dumps({"pid": pid}))
        (folder / f"{name}.json.attrs").write_text("{}")
    assert stack.unlock("local")
    assert sorted(path.name for path in folder.iterdir()) == ["mine.json", "mine.json.attrs"]
    assert not stack.unlock("local")


@pytest.mark.parametrize(("public", "stays"), [(None, True), ({"publicKey": "ssh-ed25519 of-another-key"}, False)])
def test_the_jump_hosts_key_stays_while_its_public_half_does(effective: Any, public: Any, stays: bool) -> None:
    document = effective(people=True)
    config = document["config"] | {"hpcstack:jumpHostPrivateKey": {"secure": "v1:key"}}
    config |= {"hpcstack:ssh": public} if public else {}
    stack.stack_file("local").write_text(yaml.safe_dump(document | {"config": config}))
    assert ("hpcstack:jumpHostPrivateKey" in effective(people=True)["config"]) is stays
