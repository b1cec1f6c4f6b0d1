"""What is allowed but worth a warning. Each note is one line: the key, what will happen, what to do instead."""

from collections.abc import Callable, Iterator

from settings.model import Settings
from settings.notes_of_queues import NOTES as OF_QUEUES
from settings.notes_of_storage import NOTES as OF_STORAGE

NOTES: tuple[Callable[[Settings], Iterator[str]], ...] = (*OF_STORAGE, *OF_QUEUES)


def notes(settings: Settings) -> Iterator[str]:
    """Of a stack file in which nothing is wrong."""
    for note in NOTES:
        yield from note(settings)
