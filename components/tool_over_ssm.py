"""The directory tool over Systems Manager: the host fetches tool and secrets by its role, and hands new passwords over sealed.

A command of the machine that runs pulumi (scripts/operator/reconcile.py) sends it there, waits and shows how far it
is. No secret is in what it is told, says or sends.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws
import pulumi_command as command
from pydantic import SecretStr

from components.bucket import Bucket
from components.directory import Directory
from components.jump_host import JumpHost
from components.secret import Secret, SecretArgs
from components.users_file import UsersFile
from planning import policies
from scripts.directory import bundle
from scripts.operator.credentials import EMPTY
from scripts.operator.reach.channel import BUCKET_PREFIX, NEW_PASSWORDS_PREFIX
from settings import Settings

_RECONCILE = ".venv/bin/python -m scripts.operator.reconcile"
"""By the program's own environment, in the program's folder."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """What the platform has for it."""

    settings: Settings
    directory: Directory
    jump_host: JumpHost
    bucket: Bucket


class ToolOverSsm:
    """Names of its resources begin with `name`."""

    new_passwords_secret_arn: pulumi.Output[str] | None = None
    """Where new passwords wait for `just create-users`; or"""
    new_passwords_uri: pulumi.Output[str] | None = None
    """`s3://…/`, the prefix of the objects in which they wait."""

    def __init__(self, name: str, place: Place, users_file: UsersFile | None, child: pulumi.ResourceOptions) -> None:
        self._name, self._place, self._file, self._child = name, place, users_file, child
        self._hand_over, self._handed_over_to = self._new_passwords()
        # Another tool runs the commands below again.
        self._tool = hashlib.sha256(bundle.build()).hexdigest()
        self._ready: list[pulumi.Resource] = [self._rights(), place.directory]

    def service_user(self, arguments: Sequence[str]) -> pulumi.Resource:
        """Ensure the account that nodes bind as."""
        secret = {"--password-secret-arn": self._place.directory.read_only_secret_arn}
        return self._run("service-user", arguments, secret, [])

    def users(
        self, action: str, arguments: Sequence[str], after: Sequence[pulumi.Resource]
    ) -> tuple[pulumi.Resource, pulumi.Output[str]]:
        """Make users be."""
        ran = self._run(action, arguments, self._hand_over, after)
        return ran, ran.stdout

    def _new_passwords(self) -> tuple[dict[str, pulumi.Output[str]], pulumi.Output[str]]:
        """The tool's options that say where new passwords go, and what its host must be allowed to write."""
        settings, bucket = self._place.settings, self._place.bucket
        if settings.users.new_passwords == "object":
            uri = self.new_passwords_uri = pulumi.Output.concat("s3://", bucket.bucket_name, "/", NEW_PASSWORDS_PREFIX)
            region = pulumi.Output.from_input(settings.region)
            objects = pulumi.Output.concat(bucket.arn, "/", NEW_PASSWORDS_PREFIX, "*")
            return {"--credentials-object": uri, "--region": region}, objects
        sealed = SecretArgs(
            secret_name=f"{self._name}-new-passwords",
            description="New passwords of users, until they are fetched",
            given=SecretStr(EMPTY),
            protected=settings.protected,
        )
        arn = self.new_passwords_secret_arn = Secret(f"{self._name}-new-passwords", sealed, self._child).arn
        return {"--credentials-secret": arn}, arn

    def _rights(self) -> pulumi.Resource:
        place = self._place
        assert place.jump_host.role_name is not None
        read = [place.directory.admin_secret_arn]
        if place.directory.read_only_password is not None:
            read.append(place.directory.read_only_secret_arn)
        found = pulumi.Output.all(
            pulumi.Output.concat(place.bucket.arn, "/", BUCKET_PREFIX, "*"), self._handed_over_to, *read
        )
        document = found.apply(lambda arns: json.dumps(policies.jump_host(arns[0], arns[2:], arns[1])))
        policy = aws.iam.Policy(f"{self._name}-tool", policy=document, opts=self._child)
        return aws.iam.RolePolicyAttachment(
            f"{self._name}-tool", role=place.jump_host.role_name, policy_arn=policy.arn, opts=self._child
        )

    def _run(
        self,
        action: str,
        arguments: Sequence[str],
        secrets: dict[str, pulumi.Output[str]],
        after: Sequence[pulumi.Resource],
    ) -> command.local.Command:
        wanted = pulumi.Output.json_dumps(
            {
                "stack": self._stack(),
                "command": action,
                "arguments": list(arguments),
                "secrets": secrets,
                **self._listed(action),
            }
        )
        return command.local.Command(
            f"{self._name}-{action}",
            create=_RECONCILE,
            stdin=wanted,
            opts=pulumi.ResourceOptions.merge(self._child, pulumi.ResourceOptions(depends_on=[*self._ready, *after])),
        )

    def _listed(self, action: str) -> dict[str, str]:
        """The list of users by its path and the hash of its content: another content runs the command again."""
        return {"file": self._file.path, "sha256": self._file.sha256} if self._file and action == "apply" else {}

    def _stack(self) -> dict[str, Any]:
        """As scripts.operator.stack.Stack has it."""
        directory, jump_host = self._place.directory, self._place.jump_host
        return {
            "name": pulumi.get_stack(),
            "domain": directory.domain_name,
            "servers": directory.servers,
            "admin": directory.admin_user,
            "admin_secret": directory.admin_secret_arn,
            "users_ou": directory.users_ou,
            "ca_certificate": self._place.settings.directory.ca_certificate,
            "defaults": {},
            "access": "ssm",
            "region": self._place.settings.region,
            "bucket": self._place.bucket.bucket_name,
            "instance": jump_host.instance_id,
            "new_passwords_secret": self.new_passwords_secret_arn,
            "new_passwords_uri": self.new_passwords_uri,
        }
