"""A configuration of ParallelCluster itself where a stack file should be: the engine would only say that its YAML is wrong."""

import re
from pathlib import Path

import yaml

from localcloud.errors import LocalCloudError

_SECTION = re.compile(
    r"^\[(global|aws|aliases|scaling|cluster|vpc|queue|compute_resource|efs|fsx|ebs|raid|dcv)\b[^\]]*\]\s*$"
)
"""A section of ParallelCluster 2 (its User Guide, "Configuration"): INI, which is TOML's form too."""
_OWN_KEYS = {"HeadNode", "Scheduling"}
"""Required at the top of a document of ParallelCluster 3."""


def refuse(stack_file: Path) -> None:
    """Raises LocalCloudError if the file is one of ParallelCluster 2 or 3. All else is the engine's to judge."""
    version = _version(stack_file.read_text(errors="replace"))
    if version is None:
        return
    name = stack_file.name.removeprefix("Pulumi.").removesuffix(".yaml")
    convert = "turn it into version 3's form first (pcluster3-config-converter), " if version == "2" else ""
    raise LocalCloudError(
        f"{stack_file.name} is a configuration of ParallelCluster {version}, and no stack file: {convert}"
        f"move it away, run: just new-team {name}, and bring its values over. What a queue or the cluster says in "
        "ParallelCluster's own keys may stand in overrides; docs/configuration.md has all keys"
    )


def _version(text: str) -> str | None:
    lines = [line.strip() for line in text.splitlines()]
    first = next((line for line in lines if line and not line.startswith(("#", ";"))), "")
    if _SECTION.match(first):
        return "2"
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError:
        return None
    return "3" if isinstance(document, dict) and document.keys() >= _OWN_KEYS else None
