"""EC2 Image Builder: components. One never changes but in its tags: other content is another version."""

import uuid

from localcloud.plugins.aws.base import AwsType, given, picked
from localcloud.plugins.aws.client import Aws
from localcloud.plugins.aws.naming import name
from localcloud.plugins.resource import Autoname
from localcloud.plugins.rules import Length, Matches, Needed, OneOf
from localcloud.plugins.values import Plain


class Component(AwsType):
    token = "aws:imagebuilder/component:Component"
    inputs = frozenset({"name", "platform", "version", "data", "description", "changeDescription", "tags"})
    replace = frozenset({"name", "platform", "version", "data", "description", "changeDescription"})
    autoname = Autoname(limit=128)
    busy = AwsType.busy | {"ResourceDependencyException"}
    rules = (
        *name(
            128,
            r"[-_A-Za-z0-9][-_A-Za-z0-9 ]{1,126}[-_A-Za-z0-9]",
            "be 3 to 128 letters, digits, hyphens, _ and spaces",
        ),
        OneOf("platform", ("Linux", "Windows")),
        Matches("version", r"\d+\.\d+\.\d+", "be a semantic version"),
        Needed("data", ours="the stand-in takes no document by uri"),
        Length("data", 1, 16_000),
        Length("description", 1, 1024),
        Length("changeDescription", 1, 1024),
    )

    def create(self, context: Aws, inputs: Plain) -> str:
        tags = context.all_tags(inputs.get("tags"))
        made = context.client("imagebuilder").create_component(
            clientToken=str(uuid.uuid4()),
            **given(
                inputs,
                name="name",
                semanticVersion="version",
                platform="platform",
                data="data",
                description="description",
                changeDescription="changeDescription",
            ),
            **({"tags": tags} if tags else {}),
        )
        return made["componentBuildVersionArn"]

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        found = aws.client("imagebuilder").get_component(componentBuildVersionArn=resource_id)["component"]
        keys = ("arn", "name", "version", "platform", "data", "description", "changeDescription")
        more = ("dateCreated", "encrypted", "owner", "type")
        return picked(found, **{key: key for key in (*keys, *more)}) | {"tagsAll": found.get("tags", {})}

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        aws.client("imagebuilder").delete_component(componentBuildVersionArn=resource_id)

    def tag(self, aws: Aws, resource_id: str, state: Plain, add: dict[str, str], drop: list[str]) -> None:
        if drop:
            aws.client("imagebuilder").untag_resource(resourceArn=resource_id, tagKeys=drop)
        if add:
            aws.client("imagebuilder").tag_resource(resourceArn=resource_id, tags=add)


ALL = (Component,)
