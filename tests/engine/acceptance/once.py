"""A step that is made once, also where it fails."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

T = TypeVar("T")


class once(Generic[T]):
    """`functools.cached_property` that keeps an exception too: a step that hangs or breaks is not tried again by every test."""

    def __init__(self, make: Callable[[Any], T]) -> None:
        self._make = make

    @overload
    def __get__(self, it: None, owner: type) -> "once[T]": ...
    @overload
    def __get__(self, it: object, owner: type) -> T: ...
    def __get__(self, it: object | None, owner: type) -> "once[T] | T":
        if it is None:
            return self
        kept = it.__dict__.setdefault("made once", {})
        if self._make.__name__ not in kept:
            try:
                kept[self._make.__name__] = (self._make(it), None)
            except Exception as error:  # noqa: BLE001 - raised below, as often as it is asked for
                kept[self._make.__name__] = (None, error)
        value, error = kept[self._make.__name__]
        if error:
            raise error
        return value
