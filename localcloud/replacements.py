"""What must not be replaced together: the two domain controllers of a stack hold the directory between them.

The engine replaces one after the other, but goes on as soon as AWS calls the first machine running, minutes before it has joined
the domain that the second still holds.
"""

from collections.abc import Iterator, Sequence

from localcloud.errors import LocalCloudError

_FLAGS = ("--replace", "--target-replace")
_CONTROLLERS = "aws:ec2/instance:Instance::", ("-directory-dc1", "-directory-dc2")
"""How the type of their URNs ends, and how their names do (components/domain_controllers.py)."""


def check_flags(flags: Sequence[str]) -> None:
    """Raises LocalCloudError when both controllers of a directory are named."""
    kind, ends = _CONTROLLERS
    meant = [[urn for urn in dict.fromkeys(_named(flags)) if _means(urn, kind, end)] for end in ends]
    if all(meant):
        named = list(dict.fromkeys(urn for some in meant for urn in some))
        raise LocalCloudError(
            f"{' and '.join(named)} would be replaced together, and the directory would be lost with them: name one, wait until "
            "`status` on the other shows both again, then name the other (docs/directory-restore.md)"
        )


def _means(urn: str, kind: str, end: str) -> bool:
    """A pattern may mean whatever its end fits: what stands before, only the engine can tell."""
    if "*" not in urn:
        return kind in urn and urn.endswith(end)
    last = urn.rpartition("*")[2]
    return last.endswith(end) or end.endswith(last)


def _named(flags: Sequence[str]) -> Iterator[str]:
    for flag, following in zip(flags, [*flags[1:], ""], strict=False):
        name, given, value = flag.partition("=")
        if name in _FLAGS:
            yield value if given else following
