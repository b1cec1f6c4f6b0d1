"""The table of the life of every resource type that the stand-in for pulumi-aws has."""

from tests.emulator.aws_types import access, machines, network, services, storage

LIVES = [*network.LIVES, *machines.LIVES, *storage.LIVES, *services.LIVES, *access.LIVES]
