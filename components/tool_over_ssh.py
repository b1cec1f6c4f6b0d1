"""The directory tool over SSH: copied to the jump host and run there by pulumi-command; passwords go by standard input."""

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

import pulumi
import pulumi_command as command

from components.directory import Directory
from components.jump_host import JumpHost
from components.users_file import UsersFile
from scripts.directory import bundle
from scripts.operator.credentials import remote_file
from scripts.operator.reach.channel import FOLDER, PYTHON

_BUILD = Path(__file__).parent.parent / ".build"


class ToolOverSsh:
    """Names of its resources begin with `name`. A list of users lies beside the tool, by the hash of its content."""

    def __init__(
        self,
        name: str,
        directory: Directory,
        jump_host: JumpHost,
        users_file: UsersFile | None,
        child: pulumi.ResourceOptions,
    ) -> None:
        self._name, self._directory, self._child = name, directory, child
        self._connection = jump_host.connection_args()
        ready = self._wait_for_first_boot(jump_host.instance_id)
        archive = bundle.write(_BUILD)
        # The name holds the hash of the content, so another tool is another file, and the commands below run again.
        self._tool = archive.name
        self._there = [self._copy("tool", pulumi.FileAsset(archive), archive.name, ready)]
        self._list: list[str] = []
        if users_file:
            # Beside the tool: an upload makes no folder.
            self._there.append(self._copy("list", pulumi.StringAsset(users_file.text), users_file.name, self._there))
            self._list = [users_file.name]

    def service_user(self, arguments: Sequence[str], password: pulumi.Output[str]) -> pulumi.Resource:
        """Ensure the account that nodes bind as."""
        passwords = {"adminPassword": self._directory.admin_password, "serviceUserPassword": password}
        return self._run("service-user", arguments, passwords, self._there)

    def users(
        self, action: str, arguments: Sequence[str], after: Sequence[pulumi.Resource]
    ) -> tuple[pulumi.Resource, pulumi.Output[str]]:
        """Make users be. New passwords stay in a file of the login on the host until `just create-users` fetches them."""
        kept = ["--credentials-file", remote_file(pulumi.get_stack()), "--progress", "lines"]
        passwords = {"adminPassword": self._directory.admin_password}
        ran = self._run(action, [*self._list, *arguments, *kept], passwords, [*self._there, *after])
        return ran, ran.stdout

    def _wait_for_first_boot(self, instance: pulumi.Output[str] | None) -> list[pulumi.Resource]:
        if instance is None:
            return []
        wait = command.remote.Command(
            f"{self._name}-first-boot",
            connection=self._connection,
            create="cloud-init status --wait >/dev/null && command -v kinit >/dev/null",
            triggers=[instance],
            opts=self._child,
        )
        return [wait]

    def _copy(
        self, what: str, source: pulumi.Asset, path: str, after: Sequence[pulumi.Resource]
    ) -> command.remote.CopyToRemote:
        return command.remote.CopyToRemote(
            f"{self._name}-{what}",
            connection=self._connection,
            source=source,
            remote_path=path,
            triggers=[path],
            opts=pulumi.ResourceOptions.merge(self._child, pulumi.ResourceOptions(depends_on=list(after))),
        )

    def _run(
        self,
        action: str,
        arguments: Sequence[str],
        passwords: Mapping[str, pulumi.Output[str]],
        after: Sequence[pulumi.Resource],
    ) -> command.remote.Command:
        """Passwords go through standard input: a failing remote command is printed whole, its input is not."""
        directory = self._directory
        fixed = shlex.join([*arguments, "--admin", directory.admin_user])
        line = pulumi.Output.all(directory.domain_name, directory.servers).apply(
            lambda found: (
                f"mkdir -p -m 700 {FOLDER} && {PYTHON} {self._tool} {action} {fixed} "
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
