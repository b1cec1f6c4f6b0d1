"""Every request that reaches the emulator, written to a file. Off by default: requests carry passwords. Tests read what was asked.

Switched on by the environment variable LOCALCLOUD_RECORD_REQUESTS of the process that starts the emulator: the file's path. The
file is its owner's alone (0600), one JSON object a line, in the order of arrival; `read` gives it back.
"""

import base64
import io
import json
import os
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localcloud.emulator import calls

VARIABLE = "LOCALCLOUD_RECORD_REQUESTS"


@dataclass(frozen=True)
class Request:
    """A request as it came: `name` as `calls.name_of` has it, the rest undecoded."""

    name: str
    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes


class Recording:
    """WSGI middleware: notes a request whole, then passes it on."""

    def __init__(self, application: Any, file: Path) -> None:
        self._application, self._lock = application, threading.Lock()
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.fchmod(descriptor, 0o600)
        self._file = os.fdopen(descriptor, "a")

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        body = calls.body_of(environ)
        environ["wsgi.input"] = io.BytesIO(body)
        line = json.dumps(
            {
                "name": calls.name_of(environ, body),
                "method": environ["REQUEST_METHOD"],
                "path": environ.get("PATH_INFO", ""),
                "query": environ.get("QUERY_STRING", ""),
                "headers": {key: str(value) for key, value in environ.items() if key.startswith(("HTTP_", "CONTENT_"))},
                "body": base64.b64encode(body).decode(),
            }
        )
        with self._lock:
            self._file.write(f"{line}\n")
            self._file.flush()
        return self._application(environ, start_response)


def wrap(application: Any) -> Any:
    """`application`, recorded if the variable asks for it."""
    file = os.environ.get(VARIABLE)
    return Recording(application, Path(file)) if file else application


def read(file: Path) -> Iterator[Request]:
    """The requests of a recording."""
    with file.open() as lines:
        for line in lines:
            found = json.loads(line)
            yield Request(**{**found, "body": base64.b64decode(found["body"])})
