"""GET /localcloud/health: whether the emulator serves, and whether it is still the one that a caller knew."""

import json
import os
import uuid
from collections.abc import Iterable
from typing import Any

PATH = "/localcloud/health"
BIRTH_VARIABLE = "LOCALCLOUD_EMULATOR_BIRTH"
BIRTH = os.environ.get(BIRTH_VARIABLE) or str(uuid.uuid4())
"""New in every process: all that the emulator knew is gone when this changes. Who starts it can choose it, to know it again."""


def answer(start_response: Any) -> Iterable[bytes]:
    """The WSGI response."""
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps({"status": "ready", "birth": BIRTH}).encode()]
