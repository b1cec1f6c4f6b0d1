"""What the name of an instance type proves."""

import re

_FAMILY = re.compile(r"[a-z]+\d+([a-z]*)(-[a-z0-9]+)?\.")


def is_arm(instance_type: str) -> bool:
    """Whether the name tells an arm64 processor: a `g` among the letters after the generation is Graviton (Amazon EC2 User Guide,
    "Instance type names"), `a1` was the first of these, and `gb200` is NVIDIA Grace."""
    if instance_type.startswith("a1."):
        return True
    match = _FAMILY.match(instance_type)
    return bool(match and ("g" in match[1] or (match[2] or "").startswith("-gb")))
