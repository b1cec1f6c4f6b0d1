"""A login node is in service when it says so, as its pool's lifecycle hook wants.

Adds CompleteLifecycleAction, which moto answers with HTTP 500, and wraps `FakeTargetGroup.health_for`: a target whose
machine has not come up is unhealthy.
"""

from typing import Any

from moto.autoscaling.responses import AutoScalingResponse
from moto.core.responses import EmptyResult
from moto.elbv2.models import FakeTargetGroup

_IN_SERVICE: set[str] = set()


def install() -> None:
    health_for = FakeTargetGroup.health_for

    def complete_lifecycle_action(self: Any) -> EmptyResult:
        if self._get_param("LifecycleActionResult") == "CONTINUE":
            _IN_SERVICE.add(self._get_param("InstanceId"))
        return EmptyResult()

    def health_of_machine(self: Any, target: dict[str, Any], backend: Any) -> Any:
        health = health_for(self, target, backend)
        if health.status == "healthy" and target["Id"] not in _IN_SERVICE:
            health.status, health.reason = "unhealthy", "Target.FailedHealthChecks"
            health.description = "Health checks failed"
        return health

    AutoScalingResponse.complete_lifecycle_action = complete_lifecycle_action
    FakeTargetGroup.health_for = health_of_machine
