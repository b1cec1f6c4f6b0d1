"""The settings that all job scripts read: a module beside them, which the installing program writes anew for each version."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:  # importing typing costs a third of a script
    from typing import Any


class Unusable(Exception):
    """Why the settings cannot be read."""


def read() -> dict[str, Any]:
    """The settings. Raises Unusable."""
    try:
        from .values import VALUES  # pyright: ignore[reportMissingImports, reportUnknownVariableType]
    except (ImportError, SyntaxError, OSError) as error:
        raise Unusable(f"the settings beside {__file__}: {error}") from None
    return dict(VALUES)  # pyright: ignore[reportUnknownArgumentType]
