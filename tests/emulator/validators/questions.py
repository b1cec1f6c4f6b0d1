"""For each call that a validator makes: arguments for something that the emulator holds, and for something that it does not."""

import json
from typing import Any

from tests.emulator.documents import BUCKET, Site, prepare
from tests.emulator.rig import REGION, Emulator

_HEX = "0123456789abcdef0"
_GROUP = f"arn:aws:resource-groups:{REGION}:123456789012:group/"
_SECRET = f"arn:aws:secretsmanager:{REGION}:123456789012:secret:none-AbCdEf"
_READING = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}],
}
_TRUST = {"Version": "2012-10-17", "Statement": []}

_Questions = dict[str, list[list[Any]]]
"""By call: [arguments of what exists, arguments of what does not]. What the emulator cannot make has an id of the right form."""


def questions(emulator: Emulator) -> _Questions:
    """Makes what the questions are about."""
    site = prepare(emulator)
    subnet = emulator.client("ec2").describe_subnets(SubnetIds=[site.subnet])["Subnets"][0]
    return {
        **_machines(emulator.client("ec2"), site),
        **_network(emulator.client("ec2"), site, subnet["VpcId"]),
        **_names(emulator.client("route53"), subnet["VpcId"]),
        **_storage(emulator, site, subnet["AvailabilityZone"]),
        **_identity(emulator.client("iam")),
        **_secrets(emulator),
    }


def _machines(ec2: Any, site: Site) -> _Questions:
    """Images, keys, templates, reservations, types, and a launch as ParallelCluster tries it."""
    named = [{"Name": "name", "Values": ["aws-parallelcluster-3.16.1-amzn2023-*"]}]
    image = ec2.describe_images(Filters=named)["Images"][0]["ImageId"]
    ec2.create_placement_group(GroupName="near", Strategy="cluster")
    data = {"InstanceType": "c5.xlarge"}
    made = ec2.create_launch_template(LaunchTemplateName="cards", LaunchTemplateData=data)
    template = made["LaunchTemplate"]["LaunchTemplateId"]
    return {
        "ec2.describe_image": [[image], [f"ami-{_HEX}"]],
        "ec2.describe_key_pair": [["team"], ["nobodys"]],
        "ec2.describe_launch_template_version": [[template, "1"], [f"lt-{_HEX}", "1"]],
        "ec2.describe_placement_group": [["near"], ["far"]],
        "ec2.describe_capacity_reservations": [[[f"cr-{_HEX}"]], [[f"cr-{_HEX}"]]],
        "ec2.describe_capacity_block_status": [[[f"cr-{_HEX}"]], [[f"cr-{_HEX}"]]],
        "ec2.get_instance_type_info": [["c5.xlarge"], ["c99.xlarge"]],
        "ec2.get_supported_architectures": [["c5.xlarge"], ["c99.xlarge"]],
        "ec2.get_supported_az_for_instance_type": [["c5.xlarge"], ["c99.xlarge"]],
        "ec2.list_instance_types": [[], []],
        "ec2.run_instances": [[_launch(image, site.subnet)], [_launch(image, f"subnet-{_HEX}")]],
        "resource_groups.get_capacity_reservation_ids_from_group_resources": [[f"{_GROUP}hpc"], [f"{_GROUP}none"]],
        "resource_groups.get_group_configuration": [[f"{_GROUP}hpc"], [f"{_GROUP}none"]],
    }


def _launch(image: str, subnet: str) -> dict[str, Any]:
    return {
        "ImageId": image,
        "InstanceType": "c5.xlarge",
        "MinCount": 1,
        "MaxCount": 1,
        "DryRun": True,
        "NetworkInterfaces": [{"DeviceIndex": 0, "InterfaceType": "interface", "SubnetId": subnet}],
    }


def _network(ec2: Any, site: Site, vpc: str) -> _Questions:
    address = ec2.allocate_address(Domain="vpc")["PublicIp"]
    interface = ec2.create_network_interface(SubnetId=site.subnet)["NetworkInterface"]["NetworkInterfaceId"]
    return {
        "ec2.describe_network_interfaces": [[[interface]], [[f"eni-{_HEX}"]]],
        "ec2.describe_security_group": [[site.group], [f"sg-{_HEX}"]],
        "ec2.describe_security_groups": [[[site.group]], [[f"sg-{_HEX}"]]],
        "ec2.describe_subnets": [[[site.subnet]], [[f"subnet-{_HEX}"]]],
        "ec2.get_subnet_avail_zone": [[site.subnet], [f"subnet-{_HEX}"]],
        "ec2.get_subnet_cidr": [[site.subnet], [f"subnet-{_HEX}"]],
        "ec2.get_subnet_vpc": [[site.subnet], [f"subnet-{_HEX}"]],
        "ec2.get_eip_allocation_id": [[address], ["198.51.100.9"]],
        "ec2.is_enable_dns_hostnames": [[vpc], [f"vpc-{_HEX}"]],
        "ec2.is_enable_dns_support": [[vpc], [f"vpc-{_HEX}"]],
    }


def _names(route53: Any, vpc: str) -> _Questions:
    made = route53.create_hosted_zone(
        Name="hpc.example.org",
        CallerReference="validators",
        HostedZoneConfig={"PrivateZone": True},
        VPC={"VPCRegion": REGION, "VPCId": vpc},
    )
    zone = made["HostedZone"]["Id"].removeprefix("/hostedzone/")
    calls = ("get_hosted_zone_domain_name", "get_hosted_zone_vpcs", "is_hosted_zone_private")
    return {f"route53.{call}": [[zone], ["Z0123456789"]] for call in calls}


def _storage(emulator: Emulator, site: Site, zone: str) -> _Questions:
    """Disks, file systems and buckets."""
    ec2 = emulator.client("ec2")
    volume = ec2.create_volume(AvailabilityZone=zone, Size=10)["VolumeId"]
    snapshot = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    (target,) = emulator.client("efs").describe_mount_targets(FileSystemId=site.home)["MountTargets"]
    return {
        "ec2.describe_volume": [[volume], [f"vol-{_HEX}"]],
        "ec2.get_ebs_snapshot_info": [[snapshot], [f"snap-{_HEX}"]],
        "efs.get_efs_mount_target_id": [[site.home, zone], [f"fs-{_HEX}", zone]],
        "efs.get_efs_mount_target_security_groups": [[target["MountTargetId"]], [f"fsmt-{_HEX}"]],
        "efs.is_efs_standard": [[site.home], [f"fs-{_HEX}"]],
        "fsx.describe_backup": [[f"backup-{_HEX}"], [f"backup-{_HEX}"]],
        "fsx.describe_file_caches": [[[f"fc-{_HEX}"]], [[f"fc-{_HEX}"]]],
        "fsx.get_file_systems_info": [[[site.scratch]], [[f"fs-{_HEX}"]]],
        "s3.get_bucket_region": [[BUCKET], ["nobodys-bucket"]],
        "s3.get_bucket_versioning_status": [[BUCKET], ["nobodys-bucket"]],
        "s3.head_bucket": [[BUCKET], ["nobodys-bucket"]],
        "s3.head_object": [[BUCKET, "configured.sh"], [BUCKET, "none.sh"]],
    }


def _identity(iam: Any) -> _Questions:
    iam.create_role(RoleName="validators", AssumeRolePolicyDocument=json.dumps(_TRUST))
    iam.create_instance_profile(InstanceProfileName="validators")
    policy = iam.create_policy(PolicyName="validators", PolicyDocument=json.dumps(_READING))["Policy"]["Arn"]
    return {
        "iam.get_instance_profile": [["validators"], ["nobodys"]],
        "iam.get_policy": [[policy], ["arn:aws:iam::123456789012:policy/nobodys"]],
        "iam.get_role": [["validators"], ["nobodys"]],
    }


def _secrets(emulator: Emulator) -> _Questions:
    """Keys, secrets and parameters."""
    key = emulator.client("kms").create_key()["KeyMetadata"]["KeyId"]
    secret = emulator.client("secretsmanager").create_secret(Name="validators", SecretString="bXVuZ2U=")["ARN"]
    emulator.client("ssm").put_parameter(Name="validators", Value="x", Type="String")
    return {
        "kms.describe_key": [[key], ["01234567-89ab-cdef-0123-456789abcdef"]],
        "secretsmanager.describe_secret": [[secret], [_SECRET]],
        "secretsmanager.get_secret_value": [[secret], [_SECRET]],
        "ssm.get_parameter": [["validators"], ["nobodys"]],
    }
