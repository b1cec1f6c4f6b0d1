"""The roles that one controller holds for the whole domain, when their holder stays away."""

from __future__ import annotations

from . import directory, membership
from .configuration import Configuration
from .faults import BadInput
from .machine import Machine


def seize(machine: Machine, found: Configuration) -> None:
    """Take all roles. Without them no further blocks of account numbers are given out, and password rules stay as they are.

    A replaced machine needs no such step: when it joins, the roles of its lost predecessor go to the controller that lives.
    """
    name = membership.held_as(found)
    if name is None:
        raise BadInput(["this machine holds no domain, so it can hold no role: run converge first"])
    if directory.answers(found, found.peer_address):
        raise BadInput(
            [f"{found.peer_name} ({found.peer_address}) answers and keeps its roles: two holders would harm the domain"]
        )
    if all(owner == name for owner in directory.roles().values()):
        return
    command = ("samba-tool", "fsmo", "seize", "--role=all", "--force")
    machine.run(f"take all roles for {name}", *command, seconds=300)


def status(found: Configuration) -> str:
    """What this controller knows of the domain, for a person."""
    name = membership.held_as(found)
    lines = [
        f"domain      {found.domain}",
        f"this host   {found.name} ({found.address}), holds the domain as {name or 'nobody'}",
    ]
    for host, address in ((found.name, found.address), (found.peer_name, found.peer_address)):
        lines.append(f"{host:<11} {'answers' if directory.answers(found, address) else 'does not answer'}")
    if name:
        held: dict[str, list[str]] = {}
        for role, owner in directory.roles().items():
            held.setdefault(owner, []).append(role)
        lines += [f"roles       {owner}: {', '.join(sorted(names))}" for owner, names in sorted(held.items())]
        lines.append(f"controllers {', '.join(directory.members(directory.local()))}")
    return "\n".join(lines)
