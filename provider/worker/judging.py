"""ParallelCluster's own judgement of documents and of changes, without a question to any service."""

# This file belongs to another environment: no types of `pcluster`, boto3 or marshmallow are at hand where it is checked.
# pyright: reportMissingImports=false, reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false, reportUnknownParameterType=false, reportMissingTypeStubs=false
# pyright: reportUnknownLambdaType=false, reportAttributeAccessIssue=false

import copy
import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import pcluster.validators
import yaml
from pcluster.api.controllers.common import get_validator_suppressors
from pcluster.config.config_patch import ConfigPatch
from pcluster.config.update_policy import UpdatePolicy
from pcluster.models.imagebuilder import (
    BadRequestImageBuilderActionError,
    ConfigValidationError,
    ConflictImageBuilderActionError,
    ImageBuilder,
)
from pcluster.schemas.cluster_schema import ClusterSchema
from pcluster.schemas.imagebuilder_schema import ImageBuilderSchema
from pcluster.validators.common import FailureLevel, Validator

Json = dict[str, Any]


def check(kind: str, configuration: Json) -> list[Json]:
    """What ParallelCluster's schema has against a document: [{"path": [key or index, …], "message"}]. Asks no service."""
    schema = ClusterSchema(cluster_name="offline") if kind == "cluster" else ImageBuilderSchema()
    return [{"path": path, "message": message} for path, message in _messages(schema.validate(configuration), [])]


def _messages(found: Any, path: list[str | int]) -> Iterator[tuple[list[str | int], str]]:
    if isinstance(found, dict):
        for key, below in found.items():
            # Errors of a section as a whole stand under "_schema".
            yield from _messages(below, path if key == "_schema" else [*path, key])
    elif isinstance(found, list):
        for item in found:
            yield from _messages(item, path)
    else:
        yield path, str(found)


def image_dry_run(
    image_id: str,
    image_configuration: Json,
    suppress_validators: list[str] | None = None,
    validation_failure_level: str = "ERROR",
) -> Json:
    """All validators of a build. ParallelCluster's own dry run makes an IAM role before it validates; this makes nothing."""
    builder = ImageBuilder(image_id=image_id, config=yaml.safe_dump(image_configuration))
    suppressed = get_validator_suppressors(suppress_validators)
    try:
        failures = builder.validate_create_request(suppressed, FailureLevel[validation_failure_level])
    except ConflictImageBuilderActionError:
        return {}
    except (BadRequestImageBuilderActionError, ConfigValidationError) as error:
        content = {"message": str(error), "configurationValidationErrors": _told(error.validation_failures or [])}
        raise Refused(content) from error
    raise Refused({"message": "dry run", "validationMessages": _told(failures)}, 412)


def _told(failures: Any) -> list[Json]:
    return [{"level": item.level.name, "type": item.validator_type, "message": item.message} for item in failures]


class Refused(Exception):
    """An answer in the form of ParallelCluster's own errors."""

    def __init__(self, content: Json, code: int = 400) -> None:
        super().__init__(content["message"])
        self.content, self.code = content, code


def validators() -> list[str]:
    """The names of all validators of this version."""
    for module in pkgutil.iter_modules(pcluster.validators.__path__):
        importlib.import_module(f"pcluster.validators.{module.name}")

    def below(kind: type) -> set[str]:
        return {kind.__name__}.union(*(below(inner) for inner in kind.__subclasses__()))

    return sorted(below(Validator) | {"ConfigSchemaValidator", "ImageSchemaValidator"})


def update_policies() -> Json:
    """Each key of a cluster's document, as "Scheduling/SlurmQueues/Name", with its policy and what a change needs: none or
    several of "fleet" and "login" stopped, "replacement" of the cluster, "depends" where the values decide.
    """
    found: Json = {}

    def walk(schema: Any, path: str) -> None:
        for field in schema.declared_fields.values():
            here = f"{path}/{field.data_key}" if path else field.data_key
            name = field.metadata.get("update_policy", UpdatePolicy.UNSUPPORTED).name
            found[here] = {"policy": name, "needs": _NEEDS.get(name, ["depends"])}
            if hasattr(field, "nested"):
                walk(field.schema, here)

    walk(ClusterSchema(cluster_name="offline"), "")
    return found


_NEEDS = {
    "SUPPORTED": [],
    "IGNORED": [],
    "COMPUTE_FLEET_STOP": ["fleet"],
    "COMPUTE_AND_LOGIN_NODES_STOP": ["fleet", "login"],
    "LOGIN_NODES_STOP": ["login"],
    "LOGIN_NODES_POOL_STOP": ["login"],
    "UNSUPPORTED": ["replacement"],
}
"""What a policy asks whatever the values are (pcluster/config/update_policy.py, 3.16)."""


class _StandIn:
    """What an update's check asks of a cluster (3.16: `name` and two questions; 3.15: three), answered without asking a service."""

    def __init__(self, base: Json, fleet_stopped: bool, running_pools: list[str] | None) -> None:
        self.name = self.stack_name = "offline"
        self._base, self._stopped, self._pools = base, fleet_stopped, running_pools
        self._login: bool | None = None

    def has_running_capacity(self, updated_value: bool = False) -> bool:
        return not self._stopped

    def get_running_capacity(self, updated_value: bool = False) -> int:
        """The vCPUs that AWS Batch wants at the moment: at most what the document in force allows (3.15)."""
        queues = self._base.get("Scheduling", {}).get("AwsBatchQueues") or [{}]
        resources = queues[0].get("ComputeResources") or [{}]
        return 0 if self._stopped else int(resources[0].get("MaxvCpus", 10))

    def has_running_login_nodes(self, updated_value: bool = False, pool_name: str | None = None) -> bool:
        running = self._pools is None or (pool_name in self._pools if pool_name else bool(self._pools))
        # ParallelCluster keeps its first answer and gives it for every other pool too (models/cluster.py, 3.16): what it
        # will refuse is told, but it is not believed that a pool is empty because another one is.
        self._login = running if self._login is None else self._login
        return running or self._login


def compare(base: Json, target: Json, fleet_stopped: bool, running_pools: list[str] | None, unknown: str) -> list[Json]:
    """Every change from one cluster document to another, with ParallelCluster's own verdict. Asks no service.

    `running_pools` None means that all login pools run; the text `unknown` stands in `target` for values not known yet.
    A row has path, key, old, new, isList, policy, allowed, message, and for one that is not allowed `needs`: what must
    stop first, of "fleet" and "login"; null if no state of the cluster allows it.
    """
    target = copy.deepcopy(target)
    rows = _unknown_sections(ClusterSchema(cluster_name="offline"), base, target, [], unknown)
    patch = ConfigPatch(_StandIn(base, fleet_stopped, running_pools), base, target)
    for change in patch.changes:
        allowed, message, shown = _judged(change, patch, unknown)
        if not shown:
            continue
        row = {"path": change.path, "key": change.key, "old": change.old_value, "new": change.new_value}
        row |= {"isList": change.is_list, "policy": change.update_policy.name}
        row |= {"allowed": allowed, "message": message}
        row["needs"] = [] if allowed else _needs(change, patch, fleet_stopped, running_pools, unknown)
        rows.append(row)
    return rows


def _judged(change: Any, patch: ConfigPatch, unknown: str) -> tuple[bool, str, bool]:
    """Whether a change is allowed, why not, and whether it is shown."""
    try:
        result, reason, action, shown = change.update_policy.check(change, patch)
    except (AttributeError, TypeError, ValueError) as error:
        if unknown in str(change.new_value):
            return False, "it depends on the value", True
        # So for SharedStorage.MountDir while login nodes run (config/update_policy_utils.py, 3.16).
        return False, f"ParallelCluster itself fails on this change in this state: {error}", True
    allowed = result == UpdatePolicy.CheckResult.SUCCEEDED
    return allowed, "" if allowed else ". ".join(text for text in (reason, action) if text), shown


def _needs(
    change: Any, patch: ConfigPatch, fleet_stopped: bool, running_pools: list[str] | None, unknown: str
) -> list[str] | None:
    """The least that must stop for a change to be allowed; None if nothing helps."""
    asked = patch.cluster
    states = ((["login"], fleet_stopped, []), (["fleet"], True, running_pools), (["fleet", "login"], True, []))
    try:
        for needed, stopped, pools in states:
            patch.cluster = _StandIn(patch.base_config, stopped, pools)
            if _judged(change, patch, unknown)[0]:
                return needed
        return None
    finally:
        patch.cluster = asked


def _unknown_sections(schema: Any, base: Any, target: Any, path: list[str], unknown: str) -> list[Json]:
    """Rows for sections, lists and items of `target` that are not known as a whole, which then get the old content."""
    rows: list[Json] = []
    for field in schema.declared_fields.values():
        key, many = field.data_key, getattr(field, "many", False)
        if not hasattr(field, "nested") or key not in target:
            continue
        old, new = (base or {}).get(key), target[key]
        items = new if isinstance(new, list) else [new]
        if unknown in items:
            policy = field.metadata.get("update_policy", UpdatePolicy.UNSUPPORTED).name
            row = {"path": path, "key": key, "old": old, "new": unknown, "isList": False, "policy": policy}
            rows.append(row | {"allowed": False, "message": "it depends on the value", "needs": ["fleet", "login"]})
            target[key] = [item for item in items if item != unknown] if many and items != [unknown] else old
            if target[key] is None:
                del target[key]
            continue
        name = field.metadata.get("update_key")
        for item in items:
            if isinstance(item, dict):
                below = _same(old, name, item.get(name)) if many else old
                inner = f"{key}[{item.get(name)}]" if many else key
                rows += _unknown_sections(field.schema, below, item, [*path, inner], unknown)
    return rows


def _same(items: Any, key: str, name: Any) -> Any:
    """The item of a list that has the name."""
    return next((item for item in items or [] if isinstance(item, dict) and item.get(key) == name), None)
