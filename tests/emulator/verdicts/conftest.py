"""One running cluster for all tests of verdicts."""

from collections.abc import Iterator

import pytest

from provider.worker_client import Worker
from tests.emulator.rig import REGION, Emulator, start
from tests.emulator.verdicts.rig import POOLS, Document, Judged, Site


def _site(emulator: Emulator) -> Site:
    ec2 = emulator.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.40.0.0/16")["Vpc"]["VpcId"]
    for attribute in ("EnableDnsSupport", "EnableDnsHostnames"):
        ec2.modify_vpc_attribute(VpcId=vpc, **{attribute: {"Value": True}})
    ec2.create_key_pair(KeyName="team", KeyType="ed25519")
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.40.{third}.0/20", AvailabilityZone=f"{REGION}{zone}")
        for third, zone in ((0, "a"), (16, "b"))
    ]
    images = ec2.describe_images(Filters=[{"Name": "name", "Values": ["aws-parallelcluster-*-amzn2023-*-x86_64-*"]}])
    return Site([made["Subnet"]["SubnetId"] for made in subnets], [image["ImageId"] for image in images["Images"]])


def _first_document(subnet: str) -> Document:
    networking = {"SubnetIds": [subnet]}
    pools = [{"Name": name, "InstanceType": "t3.medium", "Count": 1, "Networking": networking} for name in POOLS]
    resource = {"Name": "one", "InstanceType": "c5.xlarge"}
    return {
        "Image": {"Os": "alinux2023"},
        "HeadNode": {"InstanceType": "t3.medium", "Networking": {"SubnetId": subnet}},
        "LoginNodes": {"Pools": pools},
        "Scheduling": {
            "Scheduler": "slurm",
            "SlurmQueues": [{"Name": "cpu", "Networking": networking, "ComputeResources": [resource]}],
        },
    }


@pytest.fixture(scope="session")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judged]:
    # Tests set the fleet's state: what else moves it on need not look for requests.
    still = {"LOCALCLOUD_FLEET_STEP_SECONDS": "3600"}
    emulator = start(tmp_path_factory.mktemp("judged"), boot_seconds="0.2", step_seconds="0", variables=still)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in emulator.environment().items():
            patch.setenv(name, value)
        worker = Worker("3.16.1", print)
        try:
            made = Judged(emulator, worker, _site(emulator))
            made.create(_first_document(made.site.subnets[0]))
            yield made
        finally:
            worker.close()
            emulator.stop()
