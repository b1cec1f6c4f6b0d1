"""What the classes of pulumi_aws say of a resource type."""

import functools
import importlib
import inspect
import re
from typing import Any


def is_aws(token: str) -> bool:
    return token.startswith("aws:")


@functools.cache
def class_of(token: str) -> type[Any]:
    """The class of a token such as `aws:rds/instance:Instance`."""
    _, module, name = token.split(":")
    return getattr(importlib.import_module(f"pulumi_aws.{module.split('/')[0]}"), name)


def camel(name: str) -> str:
    return re.sub(r"_([a-z0-9])", lambda found: found[1].upper(), name)


@functools.cache
def inputs_of(token: str) -> frozenset[str]:
    """Names of inputs, as they are sent."""
    found = inspect.signature(class_of(token)._internal_init).parameters
    return frozenset(
        camel(name) for name in found if not name.startswith("__") and name not in ("resource_name", "opts")
    )


def takes_default_tags(token: str) -> bool:
    """The provider lays its default tags on what has `tagsAll` (its documentation, "default_tags")."""
    return hasattr(class_of(token), "tags_all")
