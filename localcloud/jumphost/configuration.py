"""What the jump host's sshd is told: its configuration and the script that every session runs."""

import shlex
from dataclasses import dataclass
from pathlib import Path

from localcloud.errors import LocalCloudError

SFTP_SERVERS = ("/usr/lib/openssh/sftp-server", "/usr/libexec/openssh/sftp-server", "/usr/lib/ssh/sftp-server")
"""Where Debian, Red Hat and SUSE put the SFTP server. internal-sftp cannot be used: a forced command replaces it."""

SETTINGS = """\
PidFile none
PermitRootLogin prohibit-password
AuthenticationMethods publickey
PasswordAuthentication no
KbdInteractiveAuthentication no
StrictModes no
PermitUserEnvironment no
PermitUserRC no
PermitTTY yes
DisableForwarding yes
PrintMotd no
PrintLastLog no
UseDNS no
LoginGraceTime 20
ClientAliveInterval 15
Subsystem sftp sftp
"""
"""No AcceptEnv: the server takes no variable of a client. StrictModes would refuse a project below /tmp."""


@dataclass(frozen=True)
class Layout:
    """The files of a jump host, all below one folder that only its owner can enter."""

    folder: Path

    @property
    def host_key(self) -> Path:
        return self.folder / "host_key"

    @property
    def client_key(self) -> Path:
        return self.folder / "client_key"

    @property
    def authorized_keys(self) -> Path:
        return self.folder / "authorized_keys"

    @property
    def configuration(self) -> Path:
        return self.folder / "sshd_config"

    @property
    def session(self) -> Path:
        return self.folder / "session.sh"

    @property
    def home(self) -> Path:
        """Home of every session, instead of the user's own: a local stack writes nothing outside the project."""
        return self.folder / "home"

    @property
    def endpoint(self) -> Path:
        """The port, remembered so that a stack's state stays valid over a restart."""
        return self.folder / "endpoint.json"


def sshd_config(layout: Layout, host: str, port: int, user: str, *, pam: bool) -> str:
    """The whole configuration. Paths may hold spaces. Raises LocalCloudError for a path that sshd cannot read."""
    lines = [
        f"ListenAddress {host}:{port}",
        f"HostKey {quoted(layout.host_key)}",
        f"AuthorizedKeysFile {quoted(layout.authorized_keys).replace('%', '%%')}",
        f"AllowUsers {user}",
        f"UsePAM {'yes' if pam else 'no'}",
        f"SetEnv {quoted(f'HOME={layout.home}')}",
        f"ForceCommand exec /bin/sh {shlex.quote(str(layout.session))}",
    ]
    return SETTINGS + "\n".join(lines) + "\n"


def session_script(layout: Layout, sftp_server: str) -> str:
    """The forced command: an ordinary command or SFTP, as sshd would run them, but in the jump host's own home.

    `sftp` is what the configuration calls the subsystem; sshd passes it on in the same variable as a command.
    """
    home = shlex.quote(str(layout.home))
    # sftp-server(8) replaces tokens in its start folder.
    start = shlex.quote(str(layout.home).replace("%", "%%"))
    return (
        f"cd {home} || exit 1\n"
        'command="${SSH_ORIGINAL_COMMAND-}"\n'
        "unset SSH_ORIGINAL_COMMAND\n"
        'case "$command" in\n'
        '  "") exec "${SHELL:-/bin/sh}" ;;\n'
        f"  sftp) exec {shlex.quote(sftp_server)} -d {start} ;;\n"
        '  *) exec "${SHELL:-/bin/sh}" -c "$command" ;;\n'
        "esac\n"
    )


def quoted(value: str | Path) -> str:
    """A word of sshd_config(5): double quotes around, backslash before quote and backslash."""
    text = str(value)
    if "\n" in text:
        raise LocalCloudError(f"the path {text!r} holds a line break, which sshd cannot read: move the project")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
