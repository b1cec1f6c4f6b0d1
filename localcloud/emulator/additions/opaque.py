"""A CloudFormation resource that is a name and its properties: the base of the types that moto does not know."""

from typing import Any

from moto.core.common_models import CloudFormationModel


class Opaque:
    """Created, changed and deleted without effect; subclasses override `create` and `delete`. Not a model itself: see `model`."""

    def __init__(self, name: str, properties: dict[str, Any], region: str, account: str, stack_id: str) -> None:
        self.name = name
        self.properties = properties
        self.region = region
        self.account = account
        self.stack_id = stack_id

    @property
    def physical_resource_id(self) -> str:
        return self.name

    def get_cfn_attribute(self, attribute: str) -> Any:
        if attribute == "Arn":
            service = self.cloudformation_type().split("::")[1].lower()  # type: ignore[attr-defined]
            return f"arn:aws:{service}:{self.region}:{self.account}:{self.name}"
        return self.properties.get(attribute)

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        return True

    def is_created(self) -> bool:
        return True

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: dict[str, Any], account_id: str, region_name: str, **kwargs: Any
    ) -> Any:
        made = cls(resource_name, cloudformation_json["Properties"], region_name, account_id, kwargs["StackId"])
        made.create()
        return made

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: Any,
        new_resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> Any:
        original_resource.properties = cloudformation_json["Properties"]
        original_resource.update()
        return original_resource

    def create(self) -> None:
        """Called once, when the stack creates the resource."""

    def update(self) -> None:
        """Called after the properties changed."""

    def delete(self, account_id: str, region_name: str) -> None:
        """Called when the stack drops the resource."""


def model(cloudformation_type: str, name_property: str, base: type) -> type:
    """A model of `base` for one CloudFormation type.

    Moto finds models among the direct subclasses of CloudFormationModel, of which the class made last wins a type, and refers to
    them weakly: the caller must keep the class. Its metaclass reads the service from the second part of a dotted module name.
    """
    body = {
        "__module__": __name__,
        "cloudformation_type": staticmethod(lambda: cloudformation_type),
        "cloudformation_name_type": staticmethod(lambda: name_property),
    }
    return type(CloudFormationModel)(cloudformation_type.replace("::", ""), (base, CloudFormationModel), body)
