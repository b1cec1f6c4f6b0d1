"""What every section of the model shares: frozen, camelCase keys, unknown keys refused; and kinds of text with their own words."""

import re
from collections.abc import Callable
from typing import Annotated, Any, LiteralString

from pydantic import AfterValidator, BaseModel, ConfigDict, GetJsonSchemaHandler
from pydantic.alias_generators import to_camel
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError


class Section(BaseModel):
    """A mapping of the stack file. Keys are camelCase in YAML and snake_case in Python."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        extra="forbid",
        frozen=True,
        strict=True,
        hide_input_in_errors=True,
    )


def refuse(rule: LiteralString, fault: str, *, allowed: str, fix: str) -> PydanticCustomError:
    """A field's own error: `rule` is its name; the texts are those of settings.problem.Problem."""
    return PydanticCustomError(rule, "{fault}", {"fault": fault, "allowed": allowed, "fix": fix})


class Form(AfterValidator):
    """A check of a text's form and length, which editors are told of too."""

    def __init__(self, check: Callable[[str], str], pattern: str, allowed: str, longest: int) -> None:
        super().__init__(check)
        # A frozen dataclass underneath.
        for name, value in (("pattern", pattern), ("allowed", allowed), ("longest", longest)):
            object.__setattr__(self, name, value)

    pattern: str
    allowed: str
    longest: int

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        schema = handler(core)
        # \w is more in Python than in the editors' JavaScript, which has no (?i).
        if not re.search(r"\\w|\(\?i\)", self.pattern):
            schema["pattern"] = f"^(?:{self.pattern})$"
        if self.longest:
            schema["maxLength"] = self.longest
        return schema


def form(pattern: str, allowed: str, fix: str = "", longest: int = 0) -> Any:
    """A check of a text's form and length. `allowed` describes both to a user; `fix` has a default."""
    compiled = re.compile(pattern)
    remedy = fix or "write it in that form"

    def check(value: str) -> str:
        if longest and len(value) > longest:
            raise refuse("too-long", f"has {len(value)} characters", allowed=allowed, fix=f"shorten it to {longest}")
        if not compiled.fullmatch(value):
            lower = compiled.fullmatch(value.lower())
            raise refuse(
                "form", "has the wrong form", allowed=allowed, fix=f"write {value.lower()}" if lower else remedy
            )
        return value

    return Form(check, pattern, allowed, longest)


def checked(check: Callable[[str], None]) -> Any:
    """A check that raises `refuse(…)`, as an annotation."""

    def kept(value: str) -> str:
        check(value)
        return value

    return AfterValidator(kept)


def _not_default(value: str) -> None:
    if value == "default":
        raise refuse(
            "name-default",
            "is a name that ParallelCluster keeps for itself",
            allowed="any other name",
            fix="choose another name",
        )


_NAME = "lower-case letters, digits and hyphens, a letter first, {} characters at most"
Name = Annotated[str, form(r"[a-z][a-z0-9-]*", _NAME.format(24), longest=24), checked(_not_default)]
"""A folder's name; part of AWS names."""
QueueName = Annotated[str, form(r"[a-z][a-z0-9-]*", _NAME.format(25), longest=25), checked(_not_default)]
"""ParallelCluster's own limit (3.16)."""

Email = Annotated[
    str,
    form(
        r"[\w.+-]+@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}",
        "one address such as hpc-admins@example.org, 254 characters at most",
        longest=254,
    ),
]

Overrides = dict[str, object]
"""ParallelCluster's own keys, merged last into the section they stand in; its schema judges them at preview."""


def _id(kind: str) -> Any:
    return form(
        rf"{kind}-[0-9a-f]{{8}}([0-9a-f]{{9}})?",
        f"{kind}- and 8 or 17 hexadecimal digits",
        f"copy the id from AWS, such as {kind}-0123456789abcdef0",
    )


SubnetId = Annotated[str, _id("subnet")]
VpcId = Annotated[str, _id("vpc")]
AmiId = Annotated[str, _id("ami")]
InstanceType = Annotated[
    str,
    form(
        r"[a-z][a-z0-9-]*\.[a-z0-9-]+",
        "an EC2 instance type such as c6i.xlarge: family, dot, size",
        "write the type as the EC2 console shows it",
    ),
]
CertificateArn = Annotated[
    str,
    form(
        r"arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate/[0-9a-f-]+",
        "the ARN of a certificate of Certificate Manager",
        "run: aws acm list-certificates",
    ),
]
SecretArn = Annotated[
    str,
    form(
        r"arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:.+",
        "the ARN of a secret of Secrets Manager; the account's id in it has 12 digits",
        "run: aws secretsmanager describe-secret --secret-id <name> --query ARN",
    ),
]
