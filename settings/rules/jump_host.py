"""A jump host is made or exists, and there is one where the directory tool must run."""

from collections.abc import Iterator

from settings.facts.families import is_arm
from settings.model import Settings
from settings.problem import Path, Problem, weighed

_KIND: Path = ("jumpHost", "kind")
_OF_MADE = {"instanceType": "instance_type", "ami": "ami", "public": "public"}


def an_existing_one_has_an_address(settings: Settings) -> Iterator[Problem]:
    host = settings.jump_host
    for key, value in (("host", host.host), ("user", host.user)):
        if host.kind == "existing" and not value:
            yield weighed(
                "jump-host-incomplete",
                ("jumpHost", key),
                None,
                'stands there, and kind "existing" needs it',
                "with kind existing: host (an address) and user (a login)",
                f"set jumpHost.{key}",
                _KIND,
            )


def only_an_existing_one_has_an_address(settings: Settings) -> Iterator[Problem]:
    host = settings.jump_host
    if host.kind != "existing" and host.host:
        yield weighed(
            "jump-host-address",
            ("jumpHost", "host"),
            host.host,
            f'is not for kind "{host.kind}"',
            "host with kind existing",
            "remove host, or set jumpHost.kind to existing",
            _KIND,
        )


def an_existing_one_is_not_made(settings: Settings) -> Iterator[Problem]:
    host = settings.jump_host
    for key, name in _OF_MADE.items():
        if host.kind == "existing" and name in host.model_fields_set:
            yield weighed(
                "jump-host-made-and-existing",
                ("jumpHost", key),
                getattr(host, name),
                'is not for kind "existing"',
                f"{key} with kind ec2",
                f"remove {key}, or set jumpHost.kind to ec2",
                _KIND,
            )


def a_made_directory_needs_one(settings: Settings) -> Iterator[Problem]:
    kind = settings.directory.kind
    if kind in ("simple-ad", "managed-ad") and settings.jump_host.kind == "none":
        yield weighed(
            "directory-without-jump-host",
            _KIND,
            "none",
            f"leaves directory.kind {kind} without a host on which the nodes' read-only account is made",
            "ec2, existing",
            "set jumpHost.kind to ec2 or existing",
            ("directory", "kind"),
        )


def the_default_image_is_of_x86(settings: Settings) -> Iterator[Problem]:
    host = settings.jump_host
    if host.kind == "ec2" and host.ami is None and is_arm(host.instance_type):
        yield weighed(
            "jump-host-architecture",
            ("jumpHost", "instanceType"),
            host.instance_type,
            "is of AWS Graviton (arm64), and the default image is of x86_64",
            "a type of x86_64 such as t3.small, or an image of your own",
            "take t3.small, or set jumpHost.ami to an image of arm64",
            ("jumpHost", "ami"),
            _KIND,
        )


RULES = (
    an_existing_one_has_an_address,
    only_an_existing_one_has_an_address,
    an_existing_one_is_not_made,
    a_made_directory_needs_one,
    the_default_image_is_of_x86,
)
