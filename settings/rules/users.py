"""Declared users: their names fit, and there is where and from where to make them. And the key pair."""

from collections.abc import Iterator

from settings.model import Settings
from settings.problem import Path, Problem, weighed

_COUNT: Path = ("users", "count")
_FILE: Path = ("users", "file")


def users_have_a_directory(settings: Settings) -> Iterator[Problem]:
    if settings.users.declared and settings.directory.kind == "none":
        path, value, none = _declared(settings)
        yield weighed(
            "users-without-directory",
            path,
            value,
            'needs a directory, and directory.kind is "none"',
            f"{none} without a directory",
            f"set directory.kind, or {_undo(settings)}",
            ("directory", "kind"),
        )


def users_have_a_jump_host(settings: Settings) -> Iterator[Problem]:
    if settings.users.declared and settings.directory.kind == "existing" and settings.jump_host.kind == "none":
        path, value, none = _declared(settings)
        yield weighed(
            "users-without-jump-host",
            path,
            value,
            'needs a jump host, and jumpHost.kind is "none"',
            f"{none} without a jump host",
            f"set jumpHost.kind to ec2 or existing, or {_undo(settings)}",
            ("directory", "kind"),
            ("jumpHost", "kind"),
        )


def a_list_or_a_series(settings: Settings) -> Iterator[Problem]:
    if settings.users.file and settings.users.count:
        yield weighed(
            "users-twice",
            _COUNT,
            settings.users.count,
            "makes a series of users, and users.file lists them",
            "one of users.count and users.file",
            "remove users.count, or users.file",
            _FILE,
        )


def _declared(settings: Settings) -> tuple[Path, int | str, str]:
    """The key that declares users, its value, and what it is without users."""
    users = settings.users
    return (_FILE, users.file, "nothing") if users.file else (_COUNT, users.count, "0")


def _undo(settings: Settings) -> str:
    return "remove users.file" if settings.users.file else "users.count to 0"


def names_fit(settings: Settings) -> Iterator[Problem]:
    users = settings.users
    last = users.start + max(users.count - 1, 0)
    longest = f"{users.prefix}{last:0{users.width}d}"
    if len(longest) > 20:
        yield weighed(
            "user-name-length",
            ("users", "prefix"),
            users.prefix,
            f"makes names such as {longest}, of {len(longest)} characters",
            "20 characters at most with the number (Active Directory, sAMAccountName)",
            f"shorten the prefix to {20 - len(longest) + len(users.prefix)} characters, or lower width",
            *((("users", key)) for key in ("count", "start", "width")),
        )


def numbers_fit(settings: Settings) -> Iterator[Problem]:
    users = settings.users
    last = users.start + max(users.count - 1, 0)
    if len(str(last)) > users.width:
        yield weighed(
            "user-number-width",
            ("users", "width"),
            users.width,
            f"has no room for the number {last}, the last of users.count {users.count} from users.start {users.start}",
            f"{len(str(last))} to 9 for that number",
            f"set users.width to {len(str(last))}, or lower users.count",
            _COUNT,
            ("users", "start"),
        )


def new_passwords_wait_where_they_can(settings: Settings) -> Iterator[Problem]:
    host = settings.jump_host
    if settings.users.new_passwords == "object" and not host.over_ssm:
        other, value = ("kind", host.kind) if host.kind != "ec2" else ("access", host.access)
        yield weighed(
            "new-passwords-object",
            ("users", "newPasswords"),
            settings.users.new_passwords,
            f'needs a jump host that is reached by Systems Manager, and jumpHost.{other} is "{value}"',
            "object with jumpHost.kind ec2, reached by ssm; over SSH new passwords wait on the host itself",
            "remove users.newPasswords",
            ("jumpHost", other),
        )


def one_key_pair(settings: Settings) -> Iterator[Problem]:
    if settings.ssh.key_name and settings.ssh.public_key:
        yield weighed(
            "key-pair-twice",
            ("ssh", "keyName"),
            settings.ssh.key_name,
            "names an existing key pair, and publicKey imports one",
            "one of keyName and publicKey",
            "remove keyName or publicKey",
            ("ssh", "publicKey"),
        )


def ubuntu_takes_no_rsa_key(settings: Settings) -> Iterator[Problem]:
    """ParallelCluster 3.16, KeyPairValidator."""
    if settings.image.os.startswith("ubuntu") and (settings.ssh.public_key or "").startswith("ssh-rsa"):
        yield weighed(
            "rsa-on-ubuntu",
            ("ssh", "publicKey"),
            settings.ssh.public_key,
            f"is an RSA key, which ParallelCluster refuses with {settings.image.os}",
            "a key of ssh-ed25519",
            "run: ssh-keygen -t ed25519, and paste the .pub file's line",
            ("image", "os"),
        )


RULES = (
    users_have_a_directory,
    users_have_a_jump_host,
    a_list_or_a_series,
    names_fit,
    numbers_fit,
    new_passwords_wait_where_they_can,
    one_key_pair,
    ubuntu_takes_no_rsa_key,
)
