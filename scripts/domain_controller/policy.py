"""The domain's password rules, kept by the controller that holds the role for them."""

from __future__ import annotations

import re

from . import directory, membership
from .configuration import Configuration
from .machine import Machine, output

_LINE = re.compile(r"^(?P<rule>[^:\n]+): (?P<value>.+)$", re.MULTILINE)


def settle(machine: Machine, found: Configuration) -> None:
    """Length and age as the stack says. A fresh password may be changed at once: users get generated ones."""
    name = membership.held_as(found)
    if name is None or directory.roles().get(directory.PASSWORDS) != name:
        return
    wanted = {
        "Password complexity": ("on", "--complexity"),
        "Minimum password length": (str(found.min_password_length), "--min-pwd-length"),
        "Minimum password age (days)": ("0", "--min-pwd-age"),
        "Maximum password age (days)": (str(found.max_password_age_days), "--max-pwd-age"),
    }
    said = output("samba-tool", "domain", "passwordsettings", "show", seconds=60)
    now = {match["rule"].strip(): match["value"].strip() for match in _LINE.finditer(said)}
    options = [f"{option}={value}" for rule, (value, option) in wanted.items() if now.get(rule) != value]
    if options:
        command = ("samba-tool", "domain", "passwordsettings", "set", *options)
        machine.run(f"set the password rules {' '.join(options)}", *command, seconds=60)
