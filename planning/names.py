"""Names and tags: one place decides how the parts of a platform are called.

State names: the logical names of resources are built from `platform()`; changing it would replace stateful resources.
"""

import hashlib
import re
from collections.abc import Iterator

from settings import Problem, Settings
from settings.model import OWN_TAGS
from settings.problem import weighed

OBJECT_TAGS = 10
LONGEST = 28
"""So that AWS's limits leave room for suffixes: a bucket's prefix takes 37 characters, a cluster with accounting 40."""


def platform(stack: str, settings: Settings) -> str:
    """The prefix of all names of one platform, e.g. `genomics-dev`; `LONGEST` characters at most.

    The stack's name is left out where it is the team's own name.
    """
    return _whole(stack, settings)[:LONGEST].rstrip("-")


def problems(stack: str, settings: Settings) -> Iterator[Problem]:
    """A name that had to be cut could be another stack's name too."""
    name = _whole(stack, settings)
    if len(name) > LONGEST:
        yield weighed(
            "platform-name",
            ("team",),
            settings.team,
            f"makes {name} with the stack's name, {len(name)} characters",
            f"{LONGEST} characters at most for team, hyphen and stack (AWS's limits of what is named after them)",
            "shorten the team's name, or run: pulumi stack init with a shorter one",
        )


def _whole(stack: str, settings: Settings) -> str:
    name = settings.team if stack == settings.team else f"{settings.team}-{stack}"
    return re.sub(r"[^a-z0-9-]+", "-", name.lower())


def distinct(name: str, tag_map: dict[str, str]) -> str:
    """A name that no other stack of the account makes: `bio-lab` is team bio's stack lab, and team bio-lab's stack bio-lab.

    For what AWS knows by its name alone, and nobody gives a random end.
    """
    owner = "/".join(tag_map[key] for key in OWN_TAGS[:2])
    return f"{name}-{hashlib.sha256(owner.encode()).hexdigest()[:7]}"


def fitting(name: str, longest: int) -> str:
    """A name as it is, or its beginning and a hash of the whole."""
    if len(name) <= longest:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:7]
    return f"{name[: longest - 8].rstrip('-')}-{digest}"


def apart(name: str, longest: int, *fixed: str) -> str:
    """A name with a hash, another one for each value of `fixed`: what a resource cannot change without being replaced. So the new
    one can be made while the former, whose name nothing else may have, is still there.
    """
    digest = hashlib.sha256("|".join((name, *fixed)).encode()).hexdigest()[:8]
    return f"{name[: longest - 9].rstrip('-')}-{digest}"


def final_snapshot(parameters: str, *fixed: str) -> str:
    """The name of a database's last snapshot, another one for each database: RDS keeps it, and refuses a name that is taken.

    `parameters` is the name of its parameter group, made anew with each life of the stack; `fixed` is what a database
    cannot change without being replaced. At most 80 characters.
    """
    return f"{parameters}-{hashlib.sha256('|'.join(fixed).encode()).hexdigest()[:8]}-final"


def job_log_group(name: str) -> str:
    """The CloudWatch log group of jobs' logs. `name` is `platform()`'s."""
    return f"/hpcstack/{name}/jobs"


def tags(stack: str, settings: Settings) -> dict[str, str]:
    """The one tag map that reaches everything: AWS resources, the cluster document, the image."""
    own = (settings.team, stack, settings.environment, settings.email)
    return {**dict(zip(OWN_TAGS, own, strict=True)), **settings.tags}


def object_tags(tag_map: dict[str, str]) -> dict[str, str] | None:
    """The tags of an object of S3, which takes ten (S3 User Guide, object tagging): the platform's own and the team's first six.

    None where all of them fit.
    """
    return None if len(tag_map) <= OBJECT_TAGS else dict(list(tag_map.items())[:OBJECT_TAGS])


def as_list(tag_map: dict[str, str]) -> list[dict[str, str]]:
    """The same in the shape of ParallelCluster and CloudFormation: a list of Key and Value."""
    return [{"Key": key, "Value": value} for key, value in tag_map.items()]
