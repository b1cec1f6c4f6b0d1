"""What many rows share: tags, and picking from answers of AWS."""

from collections.abc import Mapping
from typing import Any

from tests.engine.acceptance.case import Gone, Kept, Values
from tests.engine.acceptance.ground import Clients

TAGS_FIRST: Values = {"tags": {"purpose": "first", "dropped": "later"}}
TAGS_CHANGED: Values = {"tags": {"purpose": "changed"}}
DEFAULT_TAGS = {"team": "genomics"}
"""Of the provider. They reach every taggable resource; `own_tags` insists."""


def own_tags(tags: Mapping[str, str]) -> dict[str, str]:
    """The tags that are not the provider's. Fails without the provider's."""
    assert DEFAULT_TAGS.items() <= tags.items(), f"the provider's default tags are not on it: {tags}"
    return {key: value for key, value in tags.items() if key not in DEFAULT_TAGS}


def listed(tags: list[dict[str, str]] | None) -> dict[str, str]:
    """Own tags of the usual list of Key and Value."""
    return own_tags({tag["Key"]: tag["Value"] for tag in tags or []})


def ec2_tags(aws: Clients, resource: str) -> dict[str, str]:
    wanted = [{"Name": "resource-id", "Values": [resource]}]
    return listed(aws("ec2").describe_tags(Filters=wanted)["Tags"])


def ec2_untag(aws: Clients, it: Kept) -> None:
    """Somebody takes a tag away."""
    aws("ec2").delete_tags(Resources=[it.id], Tags=[{"Key": "purpose"}])


def found(answer: list[Any], **names: str) -> Values:
    """`input=ApiKey` of the only item."""
    if not answer:
        raise Gone("an empty list")
    return {key: answer[0].get(api) for key, api in names.items()}
