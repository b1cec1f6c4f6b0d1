"""The accounts of the directory that the platform makes: the one that nodes bind as, and the declared users."""

from dataclasses import dataclass

import pulumi

from components.bucket import Bucket
from components.directory import READ_ONLY_USER, Directory
from components.jump_host import JumpHost
from components.tool_over_ssh import ToolOverSsh
from components.tool_over_ssm import Place, ToolOverSsm
from components.users_file import users_file
from settings import Settings

_CONTROLLERS_SECONDS = "1800"


@dataclass(frozen=True, kw_only=True)
class UsersArgs:
    settings: Settings
    directory: Directory
    jump_host: JumpHost
    bucket: Bucket


class Users(pulumi.ComponentResource):
    """Reconciles by the directory tool on the jump host; never deletes an account, also not on destroy.

    `summary` is what the tool says: counts, no password. New passwords wait until `just create-users` fetches them.
    """

    summary: pulumi.Output[str]
    new_passwords_secret_arn: pulumi.Output[str] | None
    """Where they wait if the host is reached by Systems Manager; else they wait on the host."""
    new_passwords_uri: pulumi.Output[str] | None
    """The same, if the stack file has them in objects of the bucket."""
    service_user: pulumi.Resource | None
    """Done when the account that nodes bind as is there; None where the directory has it already."""

    def __init__(self, name: str, args: UsersArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("hpcstack:index:Users", name, None, opts)
        self._args = args
        child = pulumi.ResourceOptions(parent=self)
        listed = users_file(args.settings)
        self.new_passwords_secret_arn = self.new_passwords_uri = None
        if args.jump_host.access == "ssm":
            place = Place(
                settings=args.settings, directory=args.directory, jump_host=args.jump_host, bucket=args.bucket
            )
            tool = ToolOverSsm(name, place, listed, child)
            self.new_passwords_secret_arn, self.new_passwords_uri = (
                tool.new_passwords_secret_arn,
                tool.new_passwords_uri,
            )
        else:
            tool = ToolOverSsh(name, args.directory, args.jump_host, listed, child)
        self.service_user = self._ensure_service_user(tool)
        self.summary = self._make_users(tool)
        self.register_outputs(
            {
                "summary": self.summary,
                "new_passwords_secret_arn": self.new_passwords_secret_arn,
                "new_passwords_uri": self.new_passwords_uri,
            }
        )

    def _ensure_service_user(self, tool: ToolOverSsh | ToolOverSsm) -> pulumi.Resource | None:
        directory = self._args.directory
        if directory.read_only_password is None:
            return None
        place = ["--ou", directory.service_ou] if directory.service_ou else []
        arguments = ["--name", READ_ONLY_USER, *place]
        if self._args.settings.directory.kind == "samba-ad":
            # Its controllers are instances that AWS calls ready long before they serve.
            arguments += ["--wait", _CONTROLLERS_SECONDS]
        if isinstance(tool, ToolOverSsm):
            return tool.service_user(arguments)
        return tool.service_user(arguments, directory.read_only_password)

    def _make_users(self, tool: ToolOverSsh | ToolOverSsm) -> pulumi.Output[str]:
        users = self._args.settings.users
        if not users.declared:
            return pulumi.Output.from_input("")
        options = {} if users.file else _series(self._args.settings)
        if self._args.directory.users_ou:
            options["--users-ou"] = self._args.directory.users_ou
        arguments = [part for option in options.items() for part in option]
        after = [self.service_user] if self.service_user else []
        return tool.users("apply" if users.file else "create", arguments, after)[1]


def _series(settings: Settings) -> dict[str, str]:
    users = settings.users
    return {
        "--prefix": users.prefix,
        "--count": str(users.count),
        "--start": str(users.start),
        "--width": str(users.width),
        "--group": users.group,
    }
