"""The two resources of a cluster's stack that wait for something to act: the wait condition and the clean-up at the end.

Installed by cloudformation_types.
"""

from typing import Any

import moto.cloudformation.models as cloudformation

from localcloud.emulator import head_node
from localcloud.emulator.additions.image_build import FAIL_TAG
from localcloud.emulator.additions.opaque import Opaque
from localcloud.emulator.additions.stack_failures import fail_creation
from localcloud.emulator.background import later
from localcloud.emulator.clients import client, resource
from localcloud.emulator.timings import BOOT_SECONDS

_ALIVE = ["pending", "running", "stopping", "stopped"]


class WaitCondition(Opaque):
    """Signalled BOOT_SECONDS after the rest of the stack exists. The cluster tag `localcloud-fail` makes it a failure."""

    def create(self) -> None:
        self.signalled = False

    def begin(self) -> None:
        later(BOOT_SECONDS, f"boot of the head node of stack {self.stack_id}", self._signal, self._failed)

    def is_created(self) -> bool:
        return self.signalled

    def _signal(self) -> None:
        stack = self._stack()
        if stack is None or stack.status != "CREATE_IN_PROGRESS":
            self.signalled = True
            return
        if reason := stack.tags.get(FAIL_TAG):
            fail_creation(stack, reason, self)
            return
        head_node.boot(stack.name, self.region)
        self.signalled = True
        if stack.status == "CREATE_IN_PROGRESS":
            stack.verify_readiness()

    def _failed(self, error: Exception) -> None:
        stack = self._stack()
        if stack is not None:
            fail_creation(stack, str(error), self)

    def _stack(self) -> Any:
        return cloudformation.cloudformation_backends[self.account][self.region].stacks.get(self.stack_id)


class CleanUp(Opaque):
    """ParallelCluster's custom resource: when the stack goes, its Lambda ends instances and empties the bucket's folder."""

    def delete(self, account_id: str, region_name: str) -> None:
        action = self.properties.get("Action")
        if action == "TERMINATE_EC2_INSTANCES":
            self._terminate(self.properties["StackName"])
        elif action == "DELETE_S3_ARTIFACTS" and self.properties["ResourcesS3Bucket"] != "NONE":
            bucket = resource("s3", self.region).Bucket(self.properties["ResourcesS3Bucket"])
            bucket.object_versions.filter(Prefix=self.properties["ArtifactS3RootDirectory"] + "/").delete()

    def _terminate(self, cluster: str) -> None:
        ec2 = client("ec2", self.region)
        found = ec2.describe_instances(
            Filters=[
                {"Name": "tag:parallelcluster:cluster-name", "Values": [cluster]},
                {"Name": "instance-state-name", "Values": _ALIVE},
            ]
        )
        ids = [instance["InstanceId"] for held in found["Reservations"] for instance in held["Instances"]]
        if ids:
            ec2.terminate_instances(InstanceIds=ids)
