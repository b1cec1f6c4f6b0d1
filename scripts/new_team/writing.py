"""The stack file's text, with a word about each section, and what it would make in plain words."""

from collections.abc import Iterator
from typing import Any

import yaml

from settings import Settings
from settings.homes import shared_folders
from settings.problem import NAMESPACE

_HEAD = """\
# yaml-language-server: $schema=docs/stack.schema.json
# The stack of team {team}. Pulumi.dev.yaml shows every section with its defaults; docs/configuration.md lists every key.
config:
"""
_WORDS = {
    "environment": "dev | prod. prod protects: deletion protection, final snapshots, Multi-AZ databases, longer backups.",
    "directory": "Accounts for all machines. Nodes join it over LDAPS.",
    "jumpHost": "Where the directory tool runs; reached over Session Manager, without keys and open ports.",
    "users": "posit0001, posit0002, …; or a list in a file: `file: users.yaml` instead of count.",
    "storage": "/home of all nodes is an encrypted EFS file system, which outlives the cluster.",
    "cluster": "Slurm. Nodes start when jobs wait, and end when they have been idle for a while.",
    "budget": "USD a month. It tells, and stops nothing; AWS counts by the team's tag once it is one of costAllocationTags.",
}
_DIRECTORIES = {"managed-ad": "AWS Managed Microsoft AD", "samba-ad": "two Samba domain controllers on EC2"}


def text(team: str, config: dict[str, Any]) -> str:
    """YAML."""
    return _HEAD.format(team=team) + "".join(_sections(config))


def _sections(config: dict[str, Any]) -> Iterator[str]:
    for key, value in config.items():
        if key in _WORDS:
            yield f"\n  # {_WORDS[key]}\n"
        written = yaml.safe_dump({f"{NAMESPACE}:{key}": value}, sort_keys=False, allow_unicode=True, width=120)
        yield "".join(f"  {line}\n" for line in written.splitlines())


def in_words(settings: Settings) -> list[str]:
    """What `up` makes, one line a thing."""
    head, found = settings.cluster.head_node, [f"a network of its own in {settings.region}, {settings.network.cidr}"]
    found.append(f"a head node, {head.instance_type}, that always runs")
    found += [f"{folder.mount_dir} on all nodes, {folder.kind}" for folder in shared_folders(settings)]
    if settings.directory.kind != "none":
        kind = _DIRECTORIES.get(settings.directory.kind, settings.directory.kind)
        found.append(f"a directory, {kind}, for {settings.directory.domain_name}, and a jump host")
    if settings.users.count:
        found.append(f"{settings.users.count} accounts, {settings.users.prefix}0001 and on")
    if settings.budget:
        found.append(
            f"a budget of {settings.budget.amount} {settings.budget.currency} a month, with e-mails to {settings.email}"
        )
    return found
