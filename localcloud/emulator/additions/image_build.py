"""AWS::ImageBuilder::Image: the build of a machine image by ParallelCluster's stack.

Installed by cloudformation_types. A timer stands for the build instance: some seconds later there is an image with the tags of the
distribution configuration, and the stack goes, as ParallelCluster's Lambda does it at the end of a build. A stack tag
`localcloud-fail` lets the build fail with its value as the reason.
"""

import time
from typing import Any

import moto.cloudformation.models as cloudformation
from moto.ec2.models import ec2_backends

from localcloud.emulator.additions.imagebuilder import IMAGES
from localcloud.emulator.additions.imagebuilder_components import missing
from localcloud.emulator.additions.opaque import Opaque
from localcloud.emulator.additions.stack_failures import fail_creation
from localcloud.emulator.background import later
from localcloud.emulator.clients import client
from localcloud.emulator.timings import BUILD_SECONDS

FAIL_TAG = "localcloud-fail"
_SYSTEMS = {
    "amzn2023": "alinux2023",
    "al2023": "alinux2023",
    "ubuntu-2204": "ubuntu2204",
    "ubuntu-jammy": "ubuntu2204",
    "ubuntu-2404": "ubuntu2404",
    "ubuntu-noble": "ubuntu2404",
    "rhel8": "rhel8",
    "rhel-8": "rhel8",
    "rhel9": "rhel9",
    "rhel-9": "rhel9",
    "rocky8": "rocky8",
    "rocky-8": "rocky8",
    "rocky9": "rocky9",
    "rocky-9": "rocky9",
}
_OTHER_SYSTEM = "alinux2023"


def operating_system(name: str, tags: dict[str, str]) -> str:
    """ParallelCluster's word for the system of an image, from its tag or else its name."""
    if known := tags.get("parallelcluster:os"):
        return known
    return next((word for part, word in _SYSTEMS.items() if part in name.lower()), _OTHER_SYSTEM)


class Image(Opaque):
    """One build. Its physical id is the ARN for which GetImage is asked."""

    def create(self) -> None:
        self.built = False
        self.name = f"arn:aws:imagebuilder:{self.region}:{self.account}:image/{self.name.lower()}/1.0.0/1"
        IMAGES[self.name] = {"state": {"status": "BUILDING"}}

    def begin(self) -> None:
        later(BUILD_SECONDS, f"build of image {self.name}", self._build, self._failed)

    def is_created(self) -> bool:
        return self.built

    def _build(self) -> None:
        backend = cloudformation.cloudformation_backends[self.account][self.region]
        stack = backend.stacks.get(self.stack_id)
        if stack is None or stack.status != "CREATE_IN_PROGRESS":
            return
        if reason := stack.tags.get(FAIL_TAG):
            self._end_in_failure(stack, reason)
            return
        if absent := self._absent(stack.resource_map):
            self._end_in_failure(stack, f"The components {', '.join(absent)} do not exist.")
            return
        ami = self._register(stack.resource_map)
        self.built = True
        IMAGES[self.name] = {"state": {"status": "AVAILABLE"}, "outputResources": {"amis": [{"image": ami.id}]}}
        stack.verify_readiness()
        client("cloudformation", self.region).delete_stack(StackName=self.stack_id)

    def _absent(self, resources: Any) -> list[str]:
        own = {one.get_cfn_attribute("Arn") for one in resources.values() if isinstance(one, Opaque)}
        own |= {one.physical_resource_id for one in resources.values() if isinstance(one, Opaque)}
        return [arn for arn in missing(resources["ImageRecipe"].properties) if arn not in own]

    def _register(self, resources: Any) -> Any:
        recipe = resources["ImageRecipe"].properties
        target = resources["DistributionConfiguration"].properties["Distributions"][0]["AmiDistributionConfiguration"]
        ec2 = ec2_backends[self.account][self.region]
        parent = ec2.describe_images(ami_ids=[recipe["ParentImage"]])[0]
        name = target["Name"].replace(
            "{{ imagebuilder:buildDate }}", time.strftime("%Y-%m-%dT%H-%M-%SZ", time.gmtime())
        )
        ami = ec2.register_image(name)
        for same in ("architecture", "root_device_name", "platform"):
            setattr(ami, same, getattr(parent, same))
        # As EC2 writes it; Image Builder makes its images by CreateImage, of a machine that is gone then.
        ami.ebs_snapshot.description = f"Created by CreateImage(i-{ami.id.removeprefix('ami-')}) for {ami.id}"
        ami.virtualization_type, ami.root_device_type, ami.image_location = "hvm", "ebs", f"{self.account}/{name}"
        parent_tags = {tag["key"]: tag["value"] for tag in parent.get_tags()}
        ami.add_tags(
            {
                **target["AmiTags"],
                "parallelcluster:build_status": "available",
                "parallelcluster:parent_image": recipe["ParentImage"],
                "parallelcluster:os": operating_system(parent.name, parent_tags),
            }
        )
        return ami

    def _failed(self, error: Exception) -> None:
        stack = cloudformation.cloudformation_backends[self.account][self.region].stacks.get(self.stack_id)
        if stack is not None:
            self._end_in_failure(stack, str(error))

    def _end_in_failure(self, stack: Any, reason: str) -> None:
        IMAGES[self.name] = {"state": {"status": "FAILED", "reason": reason}}
        fail_creation(stack, reason, self)
