"""The official engine, language host and plugins, all together: what a run that holds the stand-ins against them needs."""

import os

from localcloud.engine import engine as engines
from localcloud.engine import parts
from localcloud.errors import LocalCloudError


def require() -> list[str]:
    """Choose the official parts for this process and all that it starts. A line for each: version and path.

    Raises LocalCloudError that names all that are missing, and how to get them.
    """
    os.environ[parts.VARIABLE] = "official"
    found: list[str] = []
    missing: list[str] = []
    try:
        engine = engines.ensure()
    except LocalCloudError as error:
        missing.append(str(error).removeprefix(f"{parts.VARIABLE}=official, and ").replace("\n", "\n    "))
    else:
        found += [engine.line, parts.language_host(engine.pulumi).line]
    for part in map(parts.plugin, parts.PLUGINS):
        (found if part.path else missing).append(part.line)
    if missing:
        there = "".join(f"\n  + {line}" for line in found)
        lacking = "".join(f"\n  - {line}" for line in missing)
        raise LocalCloudError(
            f"the official parts are not all here, and no stand-in takes their place:{there}{lacking}"
        )
    return found
