"""Secrets as canaries: every way in which text may carry one, and the search for all of them in a heap of bytes."""

import base64
import contextlib
import gzip
import io
import json
import os
import re
import stat
import urllib.parse
import zipfile
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path

_CORE = 12
"""Bytes at least of a piece that is searched for: shorter ones would be found by chance."""
_EMPTY, _SHORT = re.compile(rb"\0{64,}"), bytes(64)
"""Databases are empty for the most part: no canary has so many zeros."""
_PASSED_OVER = {".venv", ".git", ".tools", "node_modules", "__pycache__"}


@dataclass(frozen=True, order=True)
class Found:
    """Canary `name` is in `place`, in the encoding `how`."""

    name: str
    how: str
    place: str


def encodings(text: str) -> Mapping[str, bytes]:
    """`text` as it may stand in files, requests and logs, by the name of the encoding; equal ones once."""
    plain = text.encode()
    found: dict[str, bytes] = {
        "as it is": plain,
        "UTF-16-LE": text.encode("utf-16-le"),
        "UTF-16-BE": text.encode("utf-16-be"),
    }
    found |= {"hex": plain.hex().encode(), "HEX": plain.hex().upper().encode()}
    found |= {
        "JSON": json.dumps(text)[1:-1].encode(),
        "JSON, UTF-8": json.dumps(text, ensure_ascii=False)[1:-1].encode(),
    }
    # Go's encoder writes these signs so (encoding/json, HTMLEscape).
    found["JSON of Go"] = found["JSON, UTF-8"]
    for sign in b"<>&":
        found["JSON of Go"] = found["JSON of Go"].replace(bytes([sign]), rb"\u00%02x" % sign)
    found["JSON in JSON"] = json.dumps(json.dumps(text)[1:-1])[1:-1].encode()
    found |= {"URL": urllib.parse.quote(text, safe="").encode(), "path": urllib.parse.quote(text).encode()}
    found |= {"form": urllib.parse.quote_plus(text).encode(), "Python": repr(text)[1:-1].encode()}
    found |= {"XML": escape(text).encode(), "XML, quotes": escape(text, quote=False).encode()}
    for kind, data in (("base64", plain), ("base64 of UTF-16-LE", found["UTF-16-LE"])):
        for shift in range(3):
            core = _base64_core(data, shift)
            found[f"{kind}, at {shift}"] = core
            found[f"{kind}, URL-safe, at {shift}"] = core.translate(bytes.maketrans(b"+/", b"-_"))
            found[f"{kind}, in a form, at {shift}"] = urllib.parse.quote_plus(core.decode()).encode()
    once: dict[bytes, str] = {}
    for how, data in found.items():
        once.setdefault(data, how)
    return {how: data for data, how in once.items()}


def _base64_core(data: bytes, shift: int) -> bytes:
    """The part of the base64 text of `data` that does not depend on what stands before and after it, `shift` bytes in."""
    text = base64.b64encode(b"\0" * shift + data)
    first = (0, 2, 3)[shift]
    whole = (shift + len(data)) * 8 // 6
    return text[first:whole]


_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----\n(?P<lines>.+?)-----END", re.DOTALL)


class Canaries:
    """What must be found nowhere, by name."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._needles: list[tuple[str, str, bytes]] = []
        for name, text in texts.items():
            for piece in _pieces(text):
                assert len(piece.encode()) >= _CORE, f"{name} is too short to be searched for"
                self._needles += [(name, how, data) for how, data in encodings(piece).items()]

    def search(self, places: Iterable[tuple[str, bytes]]) -> list[Found]:
        """Every canary in `places`, which are (name, content); archives are looked into."""
        found: set[Found] = set()
        for place, content in places:
            for inner, whole in unpacked(place, content):
                data = _EMPTY.sub(_SHORT, whole)
                found |= {Found(name, how, inner) for name, how, needle in self._needles if needle in data}
        return sorted(found)


def _pieces(text: str) -> list[str]:
    """A password whole; a private key in PEM line by line: its first line is the same in many keys, its last one short or public.

    What stands beside the key, such as its certificate, is public.
    """
    key = _PRIVATE_KEY.search(text)
    if key is None:
        return [text.strip()]
    return key["lines"].split()[1:-1]


def unpacked(place: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """`content`, and what is packed in it."""
    yield place, content
    if content.startswith(b"PK\x03\x04"):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for name in archive.namelist():
                    yield from unpacked(f"{place}!{name}", archive.read(name))
        except zipfile.BadZipFile:
            return
    elif content.startswith(b"\x1f\x8b"):
        try:
            yield from unpacked(f"{place}!gzip", gzip.decompress(content))
        except (OSError, EOFError, zlib.error):
            return


def files(folder: Path, may_hold: Iterable[str] = ()) -> Iterator[tuple[str, bytes]]:
    """All files below `folder` but those that are meant to hold secrets (paths or patterns below it).

    Fails unless each of these is there, and is its owner's alone. Others may write and delete there meanwhile.
    """
    kept: set[Path] = set()
    for pattern in may_hold:
        matching = {path for path in folder.glob(pattern) if path.is_file()}
        assert matching, f"{pattern} is not in {folder}"
        assert all(path.stat().st_mode & 0o077 == 0 for path in matching), f"{pattern} can be read by others"
        kept |= matching
    for path in below(folder):
        if path not in kept:
            with contextlib.suppress(FileNotFoundError):
                yield str(path), path.read_bytes()


def below(folder: Path) -> list[Path]:
    """All regular files below a folder."""
    # os.walk passes over folders that go meanwhile.
    found = (Path(where, name) for where, _, names in os.walk(folder) for name in names)
    return sorted(path for path in found if path.is_file() and not path.is_symlink())


_ROOT = {"etc", "proc", "sys", "usr", "var"}


def changed(folders: Iterable[Path], since: float, but: Collection[Path] = ()) -> Iterator[tuple[str, bytes]]:
    """Files below `folders` that were written since then (seconds of the epoch), but for those in `but`.

    Packages, repositories, other file systems and the roots of machines (there is a /proc in them, of files without an end)
    are passed over. Others may write and delete there meanwhile.
    """
    for folder in folders:
        for where, below, names in os.walk(folder):
            if {*below} >= _ROOT:
                below[:], names = [], []
            below[:] = [name for name in below if name not in _PASSED_OVER and not os.path.ismount(Path(where, name))]
            for path in (Path(where, name) for name in names):
                with contextlib.suppress(OSError):
                    status = path.lstat()
                    if stat.S_ISREG(status.st_mode) and status.st_mtime >= since and path not in but:
                        yield str(path), path.read_bytes()
