"""A jump host is made or exists, and there is one where the directory tool must run."""

from collections.abc import Iterator

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
    if kind in ("simple-ad", "managed-ad", "samba-ad") and settings.jump_host.kind == "none":
        yield weighed(
            "directory-without-jump-host",
            _KIND,
            "none",
            f"leaves directory.kind {kind} without a host on which the nodes' read-only account is made",
            "ec2, existing",
            "set jumpHost.kind to ec2 or existing",
            ("directory", "kind"),
        )


def an_existing_one_is_reached_by_ssh(settings: Settings) -> Iterator[Problem]:
    host = settings.jump_host
    if host.kind == "existing" and host.access == "ssm":
        yield weighed(
            "jump-host-access",
            ("jumpHost", "access"),
            host.access,
            'is not for kind "existing"',
            "ssh with kind existing, ssm or ssh with kind ec2",
            "remove access, or set jumpHost.kind to ec2",
            _KIND,
        )


def ssh_to_a_made_one_has_a_key(settings: Settings) -> Iterator[Problem]:
    host, ssh = settings.jump_host, settings.ssh
    if host.kind == "ec2" and host.access == "ssh" and not (ssh.key_name or ssh.public_key):
        yield weighed(
            "jump-host-key",
            ("jumpHost", "access"),
            host.access,
            "leaves the jump host that is made without a key by which anybody could log in",
            "ssm without a key pair; ssh with ssh.publicKey or ssh.keyName",
            "remove jumpHost.access, or set ssh.publicKey to the line of your .pub file",
            ("ssh", "publicKey"),
            ("ssh", "keyName"),
        )


RULES = (
    an_existing_one_has_an_address,
    only_an_existing_one_has_an_address,
    an_existing_one_is_not_made,
    a_made_directory_needs_one,
    an_existing_one_is_reached_by_ssh,
    ssh_to_a_made_one_has_a_key,
)
