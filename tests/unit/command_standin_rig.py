"""Drives the stand-in for pulumi-command over the engine's own messages, and starts a jump host for it to talk to."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pulumi.runtime import proto

from localcloud import paths
from localcloud.jumphost import service
from localcloud.jumphost.service import JumpHostInfo
from localcloud.plugins.command.plugin import VERSION, CommandPlugin
from localcloud.plugins.server import Servicer
from tests.unit.aws_standin_rig import Rig, wire

REMOTE, LOCAL, COPY = "command:remote:Command", "command:local:Command", "command:remote:CopyToRemote"


@dataclass
class CommandRig(Rig):
    """A configured provider; the lines that the engine would show are in `lines`."""

    def __post_init__(self) -> None:
        self.plugin = CommandPlugin()
        self.servicer = Servicer(self.plugin, VERSION, "")
        self._call("Configure", proto.ConfigureRequest(args=wire({}), acceptSecrets=True))

    @property
    def lines(self) -> list[str]:
        return self.plugin.context.lines


@contextmanager
def jump_host(folder: Path) -> Iterator[JumpHostInfo]:
    """A jump host with its state in `folder`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(paths, "STATE", folder)
        patch.delenv("SSH_AUTH_SOCK", raising=False)
        info = service.start()
        try:
            yield info
        finally:
            service.stop()


def connection(host: JumpHostInfo, **more: Any) -> dict[str, Any]:
    """The connection input; it dials once, so that a refused login is told at once."""
    return {
        "host": host.host,
        "port": host.port,
        "user": host.user,
        "hostKey": host.host_key,
        "privateKey": host.private_key_file.read_text(),
        "dialErrorLimit": 0,
        **more,
    }
