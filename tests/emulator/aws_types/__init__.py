"""The table of the life of every resource type that the stand-in for pulumi-aws has."""

from tests.emulator.aws_types import access, balancing, machines, name_servers, network, services, storage, watching

LIVES = [
    *network.LIVES,
    *machines.LIVES,
    *storage.LIVES,
    *services.LIVES,
    *balancing.LIVES,
    *name_servers.LIVES,
    *access.LIVES,
    *watching.LIVES,
]
