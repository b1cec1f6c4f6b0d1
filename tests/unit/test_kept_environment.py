"""The environment that a job's log keeps: no secrets in it, whatever a user has written there."""

import subprocess
import sys
from pathlib import Path

import pytest

from scripts.node.job_environment.job import keep, secrets_left_out

_SETTINGS = {"secretNames": ["TOKEN"]}
_JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0"
_HOSTILE = """
from scripts.node.job_environment.job import secrets_left_out

values = {}
for size in (8000, 1 << 20):
    texts = ("://" + "a" * size, "://:" + "a" * size, "-eyJaaaaaaaa" * (size // 12), "a" * size + "eyJ", "a://:" * (size // 5))
    copies = 20 if size == 8000 else 1
    values |= {f"V{size}_{index}_{copy}": text for index, text in enumerate(texts) for copy in range(copies)}
print(secrets_left_out.kept(values, {"secretNames": ["TOKEN"]}).count("<left out>"))
"""


def kept(**environment: str) -> list[str]:
    return secrets_left_out.kept(environment, _SETTINGS).splitlines()


@pytest.mark.parametrize(
    "value",
    [
        f"Bearer {_JWT}",
        f"eyJ{'a' * 4000}.eyJ{'b' * 400}",
        "AKIAABCDEFGHIJKLMNOP",
        "x=ghp_0123456789abcdefghijklmnop",
        "postgres://u:word@host/d",
        "see https://:word@host",
        "-----BEGIN RSA PRIVATE KEY-----",
    ],
)
def test_what_looks_like_a_secret_has_no_value(value: str) -> None:
    assert kept(A=value) == ["A=<left out>"]


@pytest.mark.parametrize("value", ["https://host:80/a@b", "hydrogen.eyjafjallajokull", "a.b", "ghp_short", "x" * 8192])
def test_what_does_not_is_kept(value: str) -> None:
    assert kept(A=value) == [f"A={value}"]


def test_names_and_lines() -> None:
    environment = {"MY_token": "a", "A\nB": "two\nlines", "LONG": "x" * 8193}
    assert secrets_left_out.kept(environment, _SETTINGS) == "A\\nB=two\\nlines\nLONG=<left out>\nMY_token=<left out>\n"


def test_hostile_values_take_no_more_time_than_others() -> None:
    """Where a search goes back over what it has seen, these take hours."""
    command = [sys.executable, "-c", _HOSTILE]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
    assert done.stdout == "5\n"


@pytest.mark.parametrize("items", [["A=1"] * 9000, ["A=1", f"B={'x' * (3 << 20)}"]], ids=["many", "long"])
def test_more_than_a_program_may_begin_with_is_cut(tmp_path: Path, items: list[str]) -> None:
    (tmp_path / "env.raw").write_text("\0".join(items))
    with (tmp_path / "env.raw").open("rb") as source:
        text = keep._environment(source.fileno(), _SETTINGS)  # pyright: ignore[reportPrivateUsage]
    assert text == "A=1\n... of the environment only the first 1 variables are kept ...\n"
