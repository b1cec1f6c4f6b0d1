"""What moto looks up anew at each call although it never changes: its folders of services, and the actions of a service.

Wraps list_of_moto_modules of `moto.backends` and method_names_from_class of `moto.core.responses`. Without it: a call takes half as
much time again.
"""

import functools
from collections.abc import Iterable

from moto import backends
from moto.core import responses


def install() -> None:
    modules = backends.list_of_moto_modules

    @functools.cache
    def modules_once() -> Iterable[str]:
        return frozenset(modules())

    backends.list_of_moto_modules = modules_once
    responses.method_names_from_class = functools.cache(responses.method_names_from_class)
