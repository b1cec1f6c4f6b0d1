"""How functions look for one object of EC2."""

from typing import Any

from localcloud.plugins.resource import PluginError
from localcloud.plugins.values import Plain


def filters_of(arguments: Plain, names: dict[str, str] | None = None) -> list[dict[str, Any]]:
    """Filters as EC2 takes them: the caller's own, one a tag, and one for each argument in `names`."""
    filters = [{"Name": one["name"], "Values": one["values"]} for one in arguments.get("filters", [])]
    filters += [{"Name": f"tag:{key}", "Values": [value]} for key, value in arguments.get("tags", {}).items()]
    for key, name in (names or {}).items():
        if key in arguments:
            value = arguments[key]
            filters.append({"Name": name, "Values": [str(value).lower() if isinstance(value, bool) else value]})
    return filters


def the_one(found: list[Plain], function: str, what: str) -> Plain:
    if len(found) != 1:
        count = "no" if not found else str(len(found))
        raise PluginError(f"{function}: {count} {what} matches; exactly one must")
    return found[0]
