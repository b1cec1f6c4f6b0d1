"""Target groups of load balancers go with the stack that made them.

Adds `FakeTargetGroup.delete`, which moto's model lacks. Without it: the target group of each login pool is left when the cluster
is deleted.
"""

from moto.elbv2.models import FakeTargetGroup, elbv2_backends


def _delete(self: FakeTargetGroup, account_id: str, region_name: str) -> None:
    # Still in use by a listener: moto raises, and the stack comes back to it after the load balancer.
    elbv2_backends[account_id][region_name].delete_target_group(self.arn)


def install() -> None:
    FakeTargetGroup.delete = _delete
