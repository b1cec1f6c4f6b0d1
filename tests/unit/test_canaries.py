"""The search for canaries can fail: what is planted is found, in every encoding and kind of place."""

import base64
import gzip
import io
import json
import os
import subprocess
import sys
import time
import urllib.parse
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.canaries.processes import Sampler
from tests.canaries.search import Canaries, changed, files

CANARY = 'Sign-"1<2&3>\\4é+/=%zzz'
KEY = "\n".join(
    ["-----BEGIN OPENSSH PRIVATE KEY-----", "h" * 70, "one" + "k" * 67, "two" + "k" * 67, "==", "-----END-----", ""]
)
CARRIERS: dict[str, Callable[[str], bytes]] = {
    "plain": str.encode,
    "UTF-16": lambda text: text.encode("utf-16-le"),
    "UTF-16, big end first": lambda text: text.encode("utf-16-be"),
    "JSON": lambda text: json.dumps({"a": text}).encode(),
    "JSON with UTF-8": lambda text: json.dumps({"a": text}, ensure_ascii=False).encode(),
    "JSON as Go writes it": lambda text: (
        json.dumps({"a": text}, ensure_ascii=False)
        .replace("&", "\\u0026")
        .replace("<", "\\u003c")
        .replace(">", "\\u003e")
        .encode()
    ),
    "JSON in JSON": lambda text: json.dumps({"a": json.dumps({"b": text})}).encode(),
    "URL": lambda text: urllib.parse.quote(text).encode(),
    "URL, all of it": lambda text: urllib.parse.quote(text, safe="").encode(),
    "form": lambda text: urllib.parse.urlencode({"a": text}).encode(),
    "hex": lambda text: text.encode().hex().encode(),
    "Python": lambda text: repr({"a": text}).encode(),
    "XML": lambda text: f"<a>{text.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')}</a>".encode(),
    "base64 of UTF-16, as a password is set in Active Directory": lambda text: base64.b64encode(
        f'"{text}"'.encode("utf-16-le")
    ),
    "gzip": lambda text: gzip.compress(text.encode()),
    "zip": lambda text: _zip(text),
    "gzip in zip": lambda text: _zip(gzip.compress(text.encode())),
    "form with base64": lambda text: urllib.parse.urlencode({"a": base64.b64encode(b"~" + text.encode())}).encode(),
    **{f"base64 after {n}": lambda text, n=n: base64.b64encode(b"x" * n + text.encode() + b"end") for n in range(3)},
    **{f"base64 after {n}, last": lambda text, n=n: base64.b64encode(b"x" * n + text.encode()) for n in range(3)},
    "URL-safe base64": lambda text: base64.urlsafe_b64encode(text.encode()),
}


def _zip(content: str | bytes) -> bytes:
    heap = io.BytesIO()
    with zipfile.ZipFile(heap, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner", content)
    return heap.getvalue()


@pytest.mark.parametrize("carrier", CARRIERS)
@pytest.mark.parametrize("text", [CANARY, "Sdf8sd7fSDF76sdf8sdf7sdF"], ids=["signs", "letters"])
def test_a_canary_is_found_in_every_carrier(carrier: str, text: str) -> None:
    found = Canaries({"one": text}).search([("here", b"before " * 9), ("there", CARRIERS[carrier](text))])
    assert {(one.name, one.place.partition("!")[0]) for one in found} == {("one", "there")}


def test_another_text_is_not_found() -> None:
    assert not Canaries({"one": CANARY}).search([("here", carrier(CANARY[:-1])) for carrier in CARRIERS.values()])


@pytest.mark.parametrize("line", ["one" + "k" * 67, "two" + "k" * 67])
def test_a_key_is_found_by_each_line_of_its_own(line: str) -> None:
    assert Canaries({"key": KEY}).search([("here", f"x{line}".encode())])


def test_a_keys_first_line_and_frame_are_no_canary() -> None:
    assert not Canaries({"key": KEY}).search([("here", KEY.replace("one", "").replace("two", "").encode())])


def test_a_text_too_short_to_be_told_from_others_is_refused() -> None:
    with pytest.raises(AssertionError, match="short is too short"):
        Canaries({"short": "abc"})


def test_files_are_all_searched_but_for_those_that_may_hold_secrets(tmp_path: Path) -> None:
    for name in ("a/b/.hidden", "a/state.json.bak", "kept"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(CANARY)
    (tmp_path / "kept").chmod(0o600)
    (tmp_path / "link").symlink_to(tmp_path / "kept")
    found = Canaries({"one": CANARY}).search(files(tmp_path, may_hold={"kept"}))
    assert {one.place for one in found} == {str(tmp_path / "a/b/.hidden"), str(tmp_path / "a/state.json.bak")}


def test_what_was_written_is_searched_but_for_roots_of_machines(tmp_path: Path) -> None:
    for name in ("etc", "proc", "sys", "usr", "var"):
        (tmp_path / "machine" / name).mkdir(parents=True)
    for file in ("machine/proc/kmsg", "machine/here", "etc/proc/there"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(file)
    assert [content for _, content in changed([tmp_path], since=0)] == [b"etc/proc/there"]
    assert list(changed([tmp_path], since=time.time() + 60)) == []


@pytest.mark.parametrize(("mode", "missing"), [(0o644, False), (0o600, True)])
def test_a_file_that_may_hold_secrets_has_to_be_there_and_private(tmp_path: Path, mode: int, missing: bool) -> None:
    if not missing:
        (tmp_path / "kept").write_text(CANARY)
        (tmp_path / "kept").chmod(mode)
    with pytest.raises(AssertionError, match="kept"):
        list(files(tmp_path, may_hold={"kept"}))


@pytest.mark.parametrize("where", ["arguments", "environment", "arguments of a child"])
def test_a_canary_of_a_process_is_found(where: str) -> None:
    canaries, sampler = Canaries({"one": CANARY}), Sampler()
    part = "environment" if where == "environment" else "arguments"
    wait = [sys.executable, "-c", "input()", *([CANARY] if where == "arguments" else [])]
    # The shell's own arguments have the canary in pieces only: it is whole in those of the child.
    half = len(CANARY) // 2
    parent = ["/bin/sh", "-c", 'A="$1$2"; env -i /bin/sh -c "read -r line" "$A"', "x", CANARY[:half], CANARY[half:]]
    command = parent if where == "arguments of a child" else wait
    environment = {**os.environ, "A": CANARY} if where == "environment" else None
    deadline = time.monotonic() + 120
    with sampler.running(), subprocess.Popen(command, env=environment, stdin=subprocess.PIPE) as process:
        while not canaries.search([(one.command, getattr(one, part)) for one in set(sampler.samples)]):
            assert time.monotonic() < deadline, "not found"
            time.sleep(0.05)
        process.kill()


def test_of_a_key_with_its_certificate_only_the_key_is_secret() -> None:
    certificate = "\n".join(["-----BEGIN CERTIFICATE-----", "c" * 64, "d" * 64, "-----END CERTIFICATE-----", ""])
    canaries = Canaries({"bundle": KEY.replace("-----END-----", "-----END OPENSSH PRIVATE KEY-----") + certificate})
    assert canaries.search([("public", certificate.encode())]) == []
    assert [found.name for found in canaries.search([("leak", b"two" + b"k" * 67)])] == ["bundle"]
