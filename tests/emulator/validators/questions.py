"""For each call that a validator makes: arguments for something that the emulator holds, and for something that it does not."""

import json
from typing import Any

from tests.emulator.documents import BUCKET, prepare
from tests.emulator.rig import REGION, Emulator

_HEX = "0123456789abcdef0"
_GROUP = f"arn:aws:resource-groups:{REGION}:123456789012:group/"
_SECRET = f"arn:aws:secretsmanager:{REGION}:123456789012:secret:none-AbCdEf"
_READING = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}],
}
_TRUST = {"Version": "2012-10-17", "Statement": []}


def questions(emulator: Emulator) -> dict[str, list[list[Any]]]:
    """By call: [arguments of what exists, arguments of what does not]. What it cannot make has an id of the right form."""
    site = prepare(emulator)
    ec2, iam = emulator.client("ec2"), emulator.client("iam")
    subnet = ec2.describe_subnets(SubnetIds=[site.subnet])["Subnets"][0]
    image = ec2.describe_images(Filters=[{"Name": "name", "Values": ["aws-parallelcluster-3.16.1-amzn2023-*"]}])[
        "Images"
    ][0]
    volume = ec2.create_volume(AvailabilityZone=subnet["AvailabilityZone"], Size=10)["VolumeId"]
    snapshot = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    address = ec2.allocate_address(Domain="vpc")["PublicIp"]
    interface = ec2.create_network_interface(SubnetId=site.subnet)["NetworkInterface"]["NetworkInterfaceId"]
    ec2.create_placement_group(GroupName="near", Strategy="cluster")
    template = ec2.create_launch_template(LaunchTemplateName="cards", LaunchTemplateData={"InstanceType": "c5.xlarge"})[
        "LaunchTemplate"
    ]["LaunchTemplateId"]
    zone = (
        emulator.client("route53")
        .create_hosted_zone(
            Name="hpc.example.org",
            CallerReference="validators",
            HostedZoneConfig={"PrivateZone": True},
            VPC={"VPCRegion": REGION, "VPCId": subnet["VpcId"]},
        )["HostedZone"]["Id"]
        .removeprefix("/hostedzone/")
    )
    iam.create_role(RoleName="validators", AssumeRolePolicyDocument=json.dumps(_TRUST))
    iam.create_instance_profile(InstanceProfileName="validators")
    policy = iam.create_policy(PolicyName="validators", PolicyDocument=json.dumps(_READING))["Policy"]["Arn"]
    key = emulator.client("kms").create_key()["KeyMetadata"]["KeyId"]
    secret = emulator.client("secretsmanager").create_secret(Name="validators", SecretString="bXVuZ2U=")["ARN"]
    emulator.client("ssm").put_parameter(Name="validators", Value="x", Type="String")
    return {
        "ec2.describe_image": [[image["ImageId"]], [f"ami-{_HEX}"]],
        "ec2.describe_key_pair": [["team"], ["nobodys"]],
        "ec2.describe_launch_template_version": [[template, "1"], [f"lt-{_HEX}", "1"]],
        "ec2.describe_network_interfaces": [[[interface]], [[f"eni-{_HEX}"]]],
        "ec2.describe_placement_group": [["near"], ["far"]],
        "ec2.describe_capacity_reservations": [[[f"cr-{_HEX}"]], [[f"cr-{_HEX}"]]],
        "ec2.describe_capacity_block_status": [[[f"cr-{_HEX}"]], [[f"cr-{_HEX}"]]],
        "ec2.describe_security_group": [[site.group], [f"sg-{_HEX}"]],
        "ec2.describe_security_groups": [[[site.group]], [[f"sg-{_HEX}"]]],
        "ec2.describe_subnets": [[[site.subnet]], [[f"subnet-{_HEX}"]]],
        "ec2.get_subnet_avail_zone": [[site.subnet], [f"subnet-{_HEX}"]],
        "ec2.get_subnet_cidr": [[site.subnet], [f"subnet-{_HEX}"]],
        "ec2.get_subnet_vpc": [[site.subnet], [f"subnet-{_HEX}"]],
        "ec2.describe_volume": [[volume], [f"vol-{_HEX}"]],
        "ec2.get_ebs_snapshot_info": [[snapshot], [f"snap-{_HEX}"]],
        "ec2.get_eip_allocation_id": [[address], ["198.51.100.9"]],
        "ec2.get_instance_type_info": [["c5.xlarge"], ["c99.xlarge"]],
        "ec2.get_supported_architectures": [["c5.xlarge"], ["c99.xlarge"]],
        "ec2.get_supported_az_for_instance_type": [["c5.xlarge"], ["c99.xlarge"]],
        "ec2.is_enable_dns_hostnames": [[subnet["VpcId"]], [f"vpc-{_HEX}"]],
        "ec2.is_enable_dns_support": [[subnet["VpcId"]], [f"vpc-{_HEX}"]],
        "ec2.list_instance_types": [[], []],
        "ec2.run_instances": [
            [_launch(image["ImageId"], "c5.xlarge", site.subnet)],
            [_launch(image["ImageId"], "c5.xlarge", f"subnet-{_HEX}")],
        ],
        "efs.get_efs_mount_target_id": [
            [site.home, subnet["AvailabilityZone"]],
            [f"fs-{_HEX}", subnet["AvailabilityZone"]],
        ],
        "efs.get_efs_mount_target_security_groups": [
            [emulator.client("efs").describe_mount_targets(FileSystemId=site.home)["MountTargets"][0]["MountTargetId"]],
            [f"fsmt-{_HEX}"],
        ],
        "efs.is_efs_standard": [[site.home], [f"fs-{_HEX}"]],
        "fsx.describe_backup": [["backup-0123456789abcdef0"], ["backup-0123456789abcdef0"]],
        "fsx.describe_file_caches": [[[f"fc-{_HEX}"]], [[f"fc-{_HEX}"]]],
        "fsx.get_file_systems_info": [[[site.scratch]], [[f"fs-{_HEX}"]]],
        "iam.get_instance_profile": [["validators"], ["nobodys"]],
        "iam.get_policy": [[policy], ["arn:aws:iam::123456789012:policy/nobodys"]],
        "iam.get_role": [["validators"], ["nobodys"]],
        "kms.describe_key": [[key], ["01234567-89ab-cdef-0123-456789abcdef"]],
        "resource_groups.get_capacity_reservation_ids_from_group_resources": [[f"{_GROUP}hpc"], [f"{_GROUP}none"]],
        "resource_groups.get_group_configuration": [[f"{_GROUP}hpc"], [f"{_GROUP}none"]],
        "route53.get_hosted_zone_domain_name": [[zone], ["Z0123456789"]],
        "route53.get_hosted_zone_vpcs": [[zone], ["Z0123456789"]],
        "route53.is_hosted_zone_private": [[zone], ["Z0123456789"]],
        "s3.get_bucket_region": [[BUCKET], ["nobodys-bucket"]],
        "s3.get_bucket_versioning_status": [[BUCKET], ["nobodys-bucket"]],
        "s3.head_bucket": [[BUCKET], ["nobodys-bucket"]],
        "s3.head_object": [[BUCKET, "configured.sh"], [BUCKET, "none.sh"]],
        "secretsmanager.describe_secret": [[secret], [_SECRET]],
        "secretsmanager.get_secret_value": [[secret], [_SECRET]],
        "ssm.get_parameter": [["validators"], ["nobodys"]],
    }


def _launch(image: str, instance_type: str, subnet: str) -> dict[str, Any]:
    """As ParallelCluster tries a launch."""
    return {
        "ImageId": image,
        "InstanceType": instance_type,
        "MinCount": 1,
        "MaxCount": 1,
        "DryRun": True,
        "NetworkInterfaces": [{"DeviceIndex": 0, "InterfaceType": "interface", "SubnetId": subnet}],
    }
