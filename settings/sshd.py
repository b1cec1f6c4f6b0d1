"""`cluster.sshd`: what SSH on head node and login nodes takes from clients."""

import re
from typing import Annotated

from pydantic import Field

from settings.base import Section, checked, form, refuse

_DANGEROUS = re.compile(
    r"LD_\w+|DYLD_\w+|PYTHON\w+|PERL5?\w*|RUBY\w+|NODE_\w+|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|BASH_\w+|BASHOPTS|SHELLOPTS|ENV"
    r"|PATH|IFS|PS4|PROMPT_COMMAND|GCONV_PATH|LOCPATH|NLSPATH|SLURM_CONF|SSH_\w+|SUDO_\w+|HOME|SHELL|USER|LOGNAME|MAIL"
)
"""They make programs load code of the client's, or say who the user is (sshd_config(5): AcceptEnv can bypass restrictions)."""


def _harmless(name: str) -> None:
    if _DANGEROUS.fullmatch(name):
        raise refuse(
            "sshd-variable",
            "is a variable with which a client brings code of its own, or another identity",
            allowed="any but PATH, ENV, HOME, SLURM_CONF, LD_…, PYTHON…, PERL…, BASH_…, SSH_… and their like",
            fix="remove it; set it in a profile of the node or in the job's script",
        )


AcceptedName = Annotated[
    str,
    form(r"[A-Za-z_][A-Za-z0-9_]*", "one environment variable by its whole name, without * or ?", longest=64),
    checked(_harmless),
]


class Sshd(Section):
    """A file of our own in /etc/ssh/sshd_config.d of head node and login nodes; removed where none of these keys says anything."""

    accept_env: Annotated[tuple[AcceptedName, ...], Field(max_length=64)] = ()
    """Variables that clients may send, such as those of a workflow engine (`SendEnv` in their ssh_config)."""
    allow_agent_forwarding: bool = False
    """Whether `ssh -A` is let through: root of the node can use a forwarded agent."""
