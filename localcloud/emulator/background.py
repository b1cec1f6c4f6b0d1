"""Work that the emulated AWS does on its own, some time after the call that caused it.

`/localcloud/background` (JSON): POST {"held": true} keeps all of it from ending until {"held": false}; GET tells whether it is
held. So a test sees what is under way for as long as it needs, however slow the machine is.
"""

import json
import logging
import threading
from collections.abc import Callable, Iterable
from typing import Any

PATH = "/localcloud/background"
_LOG = logging.getLogger("localcloud.emulator")
_GOES_ON = threading.Event()
_GOES_ON.set()


def later(seconds: float, what: str, action: Callable[[], None], failed: Callable[[Exception], None]) -> None:
    """Run `action` in a thread after `seconds`. A fault is logged with its traceback and given to `failed`.

    `failed` puts whatever was under way into its failed state: who waits for it must see an end, not wait for ever.
    """

    def run() -> None:
        _GOES_ON.wait()
        try:
            action()
        except Exception as error:  # noqa: BLE001  (whatever it is, somebody waits for the end)
            _LOG.exception("%s failed", what)
            failed(error)

    timer = threading.Timer(seconds, run)
    timer.daemon = True
    timer.start()


def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """The WSGI response: whether the work is held."""
    status = "200 OK"
    if environ["REQUEST_METHOD"] == "POST":
        given = json.loads(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
        if given == {"held": True}:
            _GOES_ON.clear()
        elif given == {"held": False}:
            _GOES_ON.set()
        else:
            status = "400 Bad Request"
    start_response(status, [("Content-Type", "application/json")])
    return [json.dumps({"held": not _GOES_ON.is_set()}).encode()]
