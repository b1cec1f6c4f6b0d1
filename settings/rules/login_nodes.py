"""Login nodes: the two forms, and names of pools."""

from collections.abc import Iterator

from settings.login_nodes import PoolKeys
from settings.model import Settings
from settings.problem import Path, Problem, weighed

_PLACE: Path = ("cluster", "loginNodes")


def forms_are_not_mixed(settings: Settings) -> Iterator[Problem]:
    """Keys of the short form would be read by nobody beside `pools`."""
    login = settings.cluster.login_nodes
    if not login.pools:
        return
    for name in sorted(login.model_fields_set & set(PoolKeys.model_fields)):
        key = PoolKeys.model_fields[name].alias or name
        yield weighed(
            "login-forms",
            (*_PLACE, key),
            login.model_dump(mode="json", by_alias=True, include={name})[key],
            "stands beside pools, each of which has that key",
            "the key with each pool; or loginNodes without pools",
            "move it into the items of pools",
            (*_PLACE, "pools"),
        )


def pools_have_names_of_their_own(settings: Settings) -> Iterator[Problem]:
    names = [pool.name for pool in settings.cluster.login_nodes.pools]
    for number, name in enumerate(names):
        if name in names[:number]:
            yield weighed(
                "pool-twice",
                (*_PLACE, "pools", number, "name"),
                name,
                "is the name of another pool too",
                "a name that no other pool has",
                "rename one of them, or remove it",
            )


RULES = (forms_are_not_mixed, pools_have_names_of_their_own)
