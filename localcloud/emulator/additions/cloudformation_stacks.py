"""Stacks that take time, fail like stacks, and nest.

Wraps `Stack.create_resources`, `Stack.update`, `CloudFormationBackend.create_stack` and `delete_stack`, replaces how a Stack serves
as a resource of another. Without it: updates and deletes are over before the call returns, so that `pcluster delete-cluster` says
"does not exist" of the cluster that it just deleted; a template that moto cannot create leaves CREATE_IN_PROGRESS for ever; nested
stacks have no outputs ("'Stack' object has no attribute 'get_cfn_attribute'") and pass for clusters of their own.
A tag `localcloud-fail-delete: <number> <reason>` lets so many deletions of a stack fail.
"""

import logging
from contextvars import ContextVar
from typing import Any

import moto.cloudformation.models as models
from moto.cloudformation import exceptions
from moto.cloudformation.responses import CloudFormationResponse
from moto.cloudformation.utils import get_stack_from_s3_url
from moto.core.utils import utcnow
from moto.route53.models import FakeZone, route53_backends

from localcloud.emulator.additions.stack_failures import fail_creation, fail_deletion, fail_update
from localcloud.emulator.background import later
from localcloud.emulator.timings import STEP_SECONDS

FAIL_TAG = "localcloud-fail-delete"
_LOG = logging.getLogger("localcloud.emulator")
_PARENT: ContextVar[str | None] = ContextVar("parent", default=None)
_KEEP: ContextVar[bool] = ContextVar("keep", default=False)
# Faults of the template or of its parameters, which CloudFormation answers before there is a stack.
_REFUSALS = (
    exceptions.ValidationError,
    exceptions.MissingParameterError,
    exceptions.UnsupportedAttribute,
    exceptions.AlreadyExistsException,
    exceptions.ExportNotFound,
)


def install() -> None:
    _install_creation()
    _install_update()
    _install_deletion()
    models.Stack.create_from_cloudformation_json = classmethod(_create_nested)
    models.Stack.update_from_cloudformation_json = classmethod(_update_nested)
    models.Stack.get_cfn_attribute = lambda self, attribute: self.output_map[attribute.removeprefix("Outputs.")].value


def _install_creation() -> None:
    respond = CloudFormationResponse.create_stack
    create_stack = models.CloudFormationBackend.create_stack
    create_resources = models.Stack.create_resources

    def respond_with_rollback(self: Any) -> Any:
        keep = str(self._get_param("DisableRollback")).lower() == "true" or self._get_param("OnFailure") == "DO_NOTHING"
        token = _KEEP.set(keep)
        try:
            return respond(self)
        finally:
            _KEEP.reset(token)

    def create_or_forget(self: Any, name: str, *arguments: Any, **keywords: Any) -> Any:
        before = set(self.stacks)
        try:
            return create_stack(self, name, *arguments, **keywords)
        except Exception:
            for new in [key for key, stack in self.stacks.items() if key not in before and stack.name == name]:
                del self.stacks[new]
            raise

    def create_or_fail(self: Any) -> None:
        self.parent_id = self.root_id = _PARENT.get()
        self.disable_rollback = _KEEP.get()
        try:
            create_resources(self)
        except Exception as error:
            if self.parent_id or isinstance(error, _REFUSALS):
                raise
            _LOG.exception("creation of stack %s failed", self.name)
            fail_creation(self, str(error))
            return
        _begin(self)

    CloudFormationResponse.create_stack = respond_with_rollback
    models.CloudFormationBackend.create_stack = create_or_forget
    models.Stack.create_resources = create_or_fail


def _install_update() -> None:
    update = models.Stack.update

    def update_over_time(self: Any, *arguments: Any, **keywords: Any) -> None:
        try:
            update(self, *arguments, **keywords)
        except Exception as error:
            if _nested(self) or isinstance(error, _REFUSALS):
                raise
            _LOG.exception("update of stack %s failed", self.name)
            fail_update(self, str(error))
            return
        self.last_updated_time = utcnow()
        _begin(self)
        if _nested(self):
            return
        # Moto wrote the event of the end; it comes when the end comes.
        self.events.pop()
        self.status = "UPDATE_IN_PROGRESS"
        if _awaits_signal(self):
            return
        later(
            STEP_SECONDS,
            f"update of stack {self.name}",
            lambda: end_update(self),
            lambda error: fail_update(self, str(error)),
        )

    models.Stack.update = update_over_time


def end_update(stack: Any) -> None:
    """UPDATE_COMPLETE, unless something else ended the update before."""
    if stack.status == "UPDATE_IN_PROGRESS":
        stack.status = "UPDATE_COMPLETE"
        stack._add_stack_event("UPDATE_COMPLETE")


def _install_deletion() -> None:
    delete_stack = models.CloudFormationBackend.delete_stack

    def delete_over_time(self: Any, name_or_stack_id: str) -> None:
        def failed(error: Exception) -> None:
            self.stacks[stack.stack_id] = stack
            fail_deletion(stack, str(error))

        stack = next(
            (stack for stack in self.stacks.values() if name_or_stack_id in (stack.stack_id, stack.name)), None
        )
        if stack is None or _nested(stack):
            delete_stack(self, name_or_stack_id)
        elif stack.status != "DELETE_IN_PROGRESS":
            stack.status = "DELETE_IN_PROGRESS"
            stack._add_stack_event(stack.status, resource_status_reason="User Initiated")
            later(STEP_SECONDS, f"deletion of stack {stack.name}", lambda: delete_or_fail(self, stack), failed)

    def delete_or_fail(self: Any, stack: Any) -> None:
        number, _, reason = stack.tags.get(FAIL_TAG, "0").partition(" ")
        stack.failed_deletions = getattr(stack, "failed_deletions", 0) + 1
        if stack.failed_deletions <= int(number):
            fail_deletion(stack, reason)
        else:
            delete_stack(self, stack.stack_id)

    models.CloudFormationBackend.delete_stack = delete_over_time
    # Moto's zones have no way to be deleted by a stack.
    FakeZone.delete = lambda self, account, _region: route53_backends[account]["aws"].zones.pop(self.resource_id, None)


def _begin(stack: Any) -> None:
    """Start what acts on its own, now that everything it may act upon exists."""
    for resource in list(stack.resource_map._parsed_resources.values()):
        begin = getattr(resource, "begin", None)
        if begin and not getattr(resource, "begun", False):
            resource.begun = True
            begin()


def _awaits_signal(stack: Any) -> bool:
    """Whether a resource of the stack ends the update by itself: the wait condition of a cluster whose machines boot."""
    return any(getattr(one, "awaited", False) for one in stack.resource_map._parsed_resources.values())


def _nested(stack: Any) -> bool:
    return bool(getattr(stack, "parent_id", None))


def _create_nested(
    _cls: type,
    resource_name: str,
    cloudformation_json: dict[str, Any],
    account_id: str,
    region_name: str,
    **kwargs: Any,
) -> Any:
    """A stack of its own with the parent's tags."""
    backend = models.cloudformation_backends[account_id][region_name]
    properties = cloudformation_json["Properties"]
    token = _PARENT.set(kwargs["StackId"])
    try:
        return backend.create_stack(
            name=resource_name,
            template=get_stack_from_s3_url(properties["TemplateURL"], account_id, "aws"),
            parameters=properties.get("Parameters", {}),
            tags=backend.get_stack(kwargs["StackId"]).tags,
        )
    finally:
        _PARENT.reset(token)


def _update_nested(
    _cls: type,
    original_resource: Any,
    new_resource_name: str,
    cloudformation_json: dict[str, Any],
    account_id: str,
    region_name: str,
) -> Any:
    """In place; moto would delete the stack and make another."""
    properties = cloudformation_json["Properties"]
    template = get_stack_from_s3_url(properties["TemplateURL"], account_id, "aws")
    original_resource.update(template, parameters=properties.get("Parameters", {}))
    return original_resource
