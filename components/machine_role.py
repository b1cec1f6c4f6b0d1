"""The role of a machine that the program itself makes: what EC2 may assume, with Systems Manager's agent allowed."""

from __future__ import annotations

import json

import pulumi
import pulumi_aws as aws

from planning import policies


def machine_role(
    name: str, partition: pulumi.Input[str], boundary: str | None, child: pulumi.ResourceOptions
) -> tuple[aws.iam.Role, aws.iam.RolePolicyAttachment]:
    """The role, and what has to be there before the machine boots: an agent that starts without the right to register sleeps for
    many minutes before it asks again.

    `boundary` is a policy beyond which the role does not reach.
    """
    role = aws.iam.Role(
        name,
        assume_role_policy=json.dumps(policies.assumed_by_ec2()),
        permissions_boundary=boundary,
        opts=child,
    )
    managed = aws.iam.RolePolicyAttachment(
        f"{name}-ssm",
        role=role.name,
        policy_arn=pulumi.Output.concat("arn:", partition, ":iam::aws:policy/AmazonSSMManagedInstanceCore"),
        opts=child,
    )
    return role, managed
