"""What is kept of AWS's answers is found again where calls go the same way, and only there."""

import os
from pathlib import Path

import pytest

from components import user_cache


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's file of profiles."""
    for key in [key for key in os.environ if key.startswith("AWS_")]:
        monkeypatch.delenv(key)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    file = tmp_path / ".aws" / "config"
    file.parent.mkdir()
    file.write_text("[default]")
    user_cache.write("prices", "eu-west-1", [1])
    return file


def kept() -> object:
    return user_cache.read("prices", "eu-west-1", 3600)


def test_an_answer_is_found_again() -> None:
    assert kept() == [1]


@pytest.mark.parametrize(
    "token", ["AWS_CONTAINER_AUTHORIZATION_TOKEN", "AWS_BEARER_TOKEN_BEDROCK", "AWS_SESSION_TOKEN"]
)
def test_credentials_do_not_say_where_calls_go(token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(token, "secret")
    assert kept() == [1]


def test_another_endpoint_is_asked_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    assert kept() is None


def test_profiles_that_were_written_since_may_name_another_endpoint(config: Path) -> None:
    config.write_text("[default]\nendpoint_url = http://127.0.0.1:1")
    os.utime(config, (1, 1))
    assert kept() is None


def test_another_file_of_profiles_may_name_another_endpoint(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = config.with_name("other")
    other.write_text("[default]")
    times = config.stat()
    os.utime(other, ns=(times.st_atime_ns, times.st_mtime_ns))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    user_cache.write("prices", "eu-west-1", [2])
    monkeypatch.setenv("AWS_CONFIG_FILE", str(other))
    assert kept() is None
