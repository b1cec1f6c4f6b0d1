"""What a cut creation still owes its object: readiness, and the step that AWS providers make right after it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from scripts.operator.errors import OperatorError
from scripts.operator.repair.finding import Wanted

EVERY = 5.0
SECONDS = 5400.0
"""A Managed Microsoft AD takes up to 45 minutes, a database half an hour."""

Ask = Callable[[Wanted, str], str]


@dataclass(frozen=True)
class State:
    """Where a type's state stands. It is awaited while it is one of `passing`."""

    ask: Ask
    passing: tuple[str, ...]


def _nat_gateway(wanted: Wanted, identity: str) -> str:
    return wanted.client("ec2").describe_nat_gateways(NatGatewayIds=[identity])["NatGateways"][0]["State"]


def _endpoint(wanted: Wanted, identity: str) -> str:
    found = wanted.client("ec2").describe_vpc_endpoints(VpcEndpointIds=[identity])["VpcEndpoints"]
    return found[0]["State"].lower()


def _prefix_list(wanted: Wanted, identity: str) -> str:
    return wanted.client("ec2").describe_managed_prefix_lists(PrefixListIds=[identity])["PrefixLists"][0]["State"]


def _load_balancer(wanted: Wanted, identity: str) -> str:
    found = wanted.client("elbv2").describe_load_balancers(LoadBalancerArns=[identity])["LoadBalancers"]
    return found[0]["State"]["Code"]


def _resolver_endpoint(wanted: Wanted, identity: str) -> str:
    found = wanted.client("route53resolver").get_resolver_endpoint(ResolverEndpointId=identity)
    return found["ResolverEndpoint"]["Status"]


def _instance(wanted: Wanted, identity: str) -> str:
    found = wanted.client("ec2").describe_instances(InstanceIds=[identity])["Reservations"]
    return found[0]["Instances"][0]["State"]["Name"]


def _database(wanted: Wanted, identity: str) -> str:
    found = wanted.client("rds").describe_db_instances(DBInstanceIdentifier=identity)["DBInstances"]
    return found[0]["DBInstanceStatus"]


def _file_system(wanted: Wanted, identity: str) -> str:
    return wanted.client("efs").describe_file_systems(FileSystemId=identity)["FileSystems"][0]["LifeCycleState"]


def _mount_target(wanted: Wanted, identity: str) -> str:
    return wanted.client("efs").describe_mount_targets(MountTargetId=identity)["MountTargets"][0]["LifeCycleState"]


def _access_point(wanted: Wanted, identity: str) -> str:
    return wanted.client("efs").describe_access_points(AccessPointId=identity)["AccessPoints"][0]["LifeCycleState"]


def _fsx(wanted: Wanted, identity: str) -> str:
    return wanted.client("fsx").describe_file_systems(FileSystemIds=[identity])["FileSystems"][0]["Lifecycle"]


def _storage_machine(wanted: Wanted, identity: str) -> str:
    found = wanted.client("fsx").describe_storage_virtual_machines(StorageVirtualMachineIds=[identity])
    return found["StorageVirtualMachines"][0]["Lifecycle"]


def _volume(wanted: Wanted, identity: str) -> str:
    return wanted.client("fsx").describe_volumes(VolumeIds=[identity])["Volumes"][0]["Lifecycle"]


def _association(wanted: Wanted, identity: str) -> str:
    fsx = wanted.client("fsx")
    return fsx.describe_data_repository_associations(AssociationIds=[identity])["Associations"][0]["Lifecycle"]


def _directory(wanted: Wanted, identity: str) -> str:
    return wanted.client("ds").describe_directories(DirectoryIds=[identity])["DirectoryDescriptions"][0]["Stage"]


STATES: dict[str, State] = {
    "aws:ec2/natGateway:NatGateway": State(_nat_gateway, ("pending",)),
    "aws:ec2/vpcEndpoint:VpcEndpoint": State(_endpoint, ("pending",)),
    "aws:ec2/managedPrefixList:ManagedPrefixList": State(_prefix_list, ("create-in-progress", "modify-in-progress")),
    "aws:lb/loadBalancer:LoadBalancer": State(_load_balancer, ("provisioning",)),
    "aws:route53/resolverEndpoint:ResolverEndpoint": State(_resolver_endpoint, ("CREATING", "UPDATING")),
    "aws:ec2/instance:Instance": State(_instance, ("pending",)),
    "aws:rds/instance:Instance": State(
        _database, ("creating", "backing-up", "modifying", "rebooting", "configuring-enhanced-monitoring")
    ),
    "aws:efs/fileSystem:FileSystem": State(_file_system, ("creating", "updating")),
    "aws:efs/mountTarget:MountTarget": State(_mount_target, ("creating", "updating")),
    "aws:efs/accessPoint:AccessPoint": State(_access_point, ("creating", "updating")),
    "aws:fsx/lustreFileSystem:LustreFileSystem": State(_fsx, ("CREATING", "UPDATING")),
    "aws:fsx/ontapFileSystem:OntapFileSystem": State(_fsx, ("CREATING", "UPDATING")),
    "aws:fsx/openZfsFileSystem:OpenZfsFileSystem": State(_fsx, ("CREATING", "UPDATING")),
    "aws:fsx/ontapStorageVirtualMachine:OntapStorageVirtualMachine": State(_storage_machine, ("CREATING", "PENDING")),
    "aws:fsx/ontapVolume:OntapVolume": State(_volume, ("CREATING", "PENDING")),
    "aws:fsx/dataRepositoryAssociation:DataRepositoryAssociation": State(_association, ("CREATING", "UPDATING")),
    "aws:directoryservice/directory:Directory": State(_directory, ("Requested", "Creating", "Created")),
}
"""Clusters and images are not here: their provider waits for them in the next `up`."""


def finish(kind: str, wanted: Wanted, identity: str, say: Callable[[str], None]) -> None:
    """Bring an object that was taken over to where its creation would have left it. Raises OperatorError after 90 minutes."""
    if kind == "aws:ec2/securityGroup:SecurityGroup":
        _take_default_rule_away(wanted.client("ec2"), identity)
    if state := STATES.get(kind):
        _await(state, wanted, identity, say)


def _await(state: State, wanted: Wanted, identity: str, say: Callable[[str], None]) -> None:
    deadline, told = time.monotonic() + SECONDS, ""
    while (now := state.ask(wanted, identity)) in state.passing:
        if now != told:
            say(f"{identity} is {now}: waiting until it is there")
            told = now
        if time.monotonic() > deadline:
            raise OperatorError(
                f"{identity} is still {now} after {SECONDS / 60:.0f} min: run `just repair` again later"
            )
        time.sleep(EVERY)


def _take_default_rule_away(ec2: Any, group: str) -> None:
    """EC2 lets a new group send anything anywhere; the provider takes that rule away right after it made the group.

    Left there, the program's own rule of the same content would be refused as a duplicate. That one has tags or a description.
    """
    of_group = [{"Name": "group-id", "Values": [group]}]
    for page in ec2.get_paginator("describe_security_group_rules").paginate(Filters=of_group):
        for rule in page["SecurityGroupRules"]:
            everything = rule["IsEgress"] and rule["IpProtocol"] == "-1" and rule.get("CidrIpv4") == "0.0.0.0/0"
            if everything and not rule.get("Tags") and not rule.get("Description"):
                ec2.revoke_security_group_egress(GroupId=group, SecurityGroupRuleIds=[rule["SecurityGroupRuleId"]])
