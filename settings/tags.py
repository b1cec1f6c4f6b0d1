"""Keys and values of tags, as AWS takes them."""

from typing import Annotated

from settings.base import checked, form, refuse


def _free_key(key: str) -> None:
    reserved = next((one for one in ("aws:", "parallelcluster:", "hpcstack:") if key.lower().startswith(one)), None)
    if reserved:
        raise refuse(
            "tag-reserved",
            f"begins with {reserved}, which is reserved",
            allowed="a key of the team's own",
            fix=f"rename it, such as {key[len(reserved) :] or 'costCenter'}",
        )


SIGNS = "letters, digits, spaces and _ . : / = + - @"
TagKey = Annotated[str, form(r"[\w .:/=+@-]+", f"1 to 128 {SIGNS}", longest=128), checked(_free_key)]
TagValue = Annotated[str, form(r"[\w .:/=+@-]*", f"up to 256 {SIGNS}", longest=256)]
