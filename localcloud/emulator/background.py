"""Work that the emulated AWS does on its own, some time after the call that caused it."""

import logging
import threading
from collections.abc import Callable

_LOG = logging.getLogger("localcloud.emulator")


def later(seconds: float, what: str, action: Callable[[], None], failed: Callable[[Exception], None]) -> None:
    """Run `action` in a thread after `seconds`. A fault is logged with its traceback and given to `failed`.

    `failed` puts whatever was under way into its failed state: who waits for it must see an end, not wait for ever.
    """

    def run() -> None:
        try:
            action()
        except Exception as error:  # noqa: BLE001  (whatever it is, somebody waits for the end)
            _LOG.exception("%s failed", what)
            failed(error)

    timer = threading.Timer(seconds, run)
    timer.daemon = True
    timer.start()
