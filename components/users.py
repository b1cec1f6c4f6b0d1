"""The declared users: the directory tool, brought to the jump host and run there over SSH."""

import shlex
from dataclasses import dataclass
from pathlib import Path

import pulumi
import pulumi_command as command

from components.directory import READ_ONLY_USER, Directory
from components.jump_host import JumpHost
from scripts.directory import bundle
from scripts.operator.credentials import REMOTE_FOLDER, remote_file
from settings import Settings

_BUILD = Path(__file__).parent.parent / ".build"
_PYTHON = "/usr/bin/python3"
"""The operating system's own, because python3-ldap is a package of the operating system."""


@dataclass(frozen=True, kw_only=True)
class UsersArgs:
    settings: Settings
    directory: Directory
    jump_host: JumpHost


class Users(pulumi.ComponentResource):
    """Reconciles; never deletes an account, also not on destroy.

    `summary` is what the tool says: counts, no password. Passwords of new accounts stay in a file of the jump host that only its
    login may read, until `just create-users` fetches it.
    """

    summary: pulumi.Output[str]
    service_user: pulumi.Resource | None
    """Done when the account that nodes bind as is there; None where the directory has it already."""

    def __init__(self, name: str, args: UsersArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hpcstack:index:Users", name, None, opts)
        self._name, self._args = name, args
        self._child = pulumi.ResourceOptions(parent=self)
        self._connection = args.jump_host.connection_args()
        tool = self._install()
        self.service_user = self._ensure_service_user(tool)
        self.summary = self._create_users(tool)
        self.register_outputs({"summary": self.summary})

    def _install(self) -> command.remote.CopyToRemote:
        archive = bundle.write(_BUILD)
        # The name holds the hash of the content, so another tool is another file, and the commands below run again.
        self._tool = archive.name
        ready = self._wait_for_first_boot()
        return command.remote.CopyToRemote(
            f"{self._name}-tool",
            connection=self._connection,
            source=pulumi.FileAsset(archive),
            remote_path=archive.name,
            triggers=[archive.name],
            opts=pulumi.ResourceOptions.merge(self._child, pulumi.ResourceOptions(depends_on=ready)),
        )

    def _wait_for_first_boot(self) -> list[pulumi.Resource]:
        instance, ssh = self._args.jump_host.instance_id, self._args.settings.ssh
        if instance is None:
            return []
        if ssh.key_name is None and ssh.public_key is None:
            pulumi.warn(
                'jumpHost.kind "ec2": no key pair is given, so the directory tool cannot be brought to the jump host, and `up` '
                "will end there: set ssh.publicKey or ssh.keyName, with its private half in your SSH agent or in jumpHostPrivateKey"
            )
        wait = command.remote.Command(
            f"{self._name}-first-boot",
            connection=self._connection,
            create="cloud-init status --wait >/dev/null && command -v kinit >/dev/null",
            triggers=[instance],
            opts=self._child,
        )
        return [wait]

    def _ensure_service_user(self, tool: pulumi.Resource) -> pulumi.Resource | None:
        directory = self._args.directory
        if directory.read_only_password is None:
            return None
        passwords = {"adminPassword": directory.admin_password, "serviceUserPassword": directory.read_only_password}
        place = ["--ou", directory.service_ou] if directory.service_ou else []
        return self._run("service-user", ["--name", READ_ONLY_USER, *place], passwords, tool)

    def _create_users(self, tool: pulumi.Resource) -> pulumi.Output[str]:
        users = self._args.settings.users
        if not users.count:
            return pulumi.Output.from_input("")
        options = {
            "--prefix": users.prefix,
            "--count": str(users.count),
            "--start": str(users.start),
            "--width": str(users.width),
            "--group": users.group,
            "--credentials-file": remote_file(pulumi.get_stack()),
            "--progress": "lines",
        }
        directory = self._args.directory
        place = ["--users-ou", directory.users_ou] if directory.users_ou else []
        arguments = [*place, *(part for option in options.items() for part in option)]
        after: list[pulumi.Resource] = [tool, *([self.service_user] if self.service_user else [])]
        ran = self._run("create", arguments, {"adminPassword": directory.admin_password}, *after)
        return ran.stdout

    def _run(
        self, action: str, arguments: list[str], passwords: dict[str, pulumi.Output[str]], *after: pulumi.Resource
    ) -> command.remote.Command:
        """Passwords go through standard input: a failing remote command is printed whole, its input is not."""
        directory = self._args.directory
        fixed = shlex.join([*arguments, "--admin", directory.admin_user])
        line = pulumi.Output.all(directory.domain_name, directory.servers).apply(
            lambda found: (
                f"mkdir -p -m 700 {REMOTE_FOLDER} && {_PYTHON} {self._tool} {action} {fixed} "
                f"--domain {shlex.quote(found[0])} --server {shlex.quote(','.join(found[1]))}"
            )
        )
        return command.remote.Command(
            f"{self._name}-{action}",
            connection=self._connection,
            create=line,
            stdin=pulumi.Output.secret(pulumi.Output.json_dumps(passwords)),
            opts=pulumi.ResourceOptions.merge(self._child, pulumi.ResourceOptions(depends_on=list(after))),
        )
