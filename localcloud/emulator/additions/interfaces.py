"""Network interfaces go with their instance or outlive it, and one that is in use is neither deleted nor given to another one.

Wraps `NetworkInterface.delete`, `Instance.terminate`, `Instance.prep_nics` and the answer to DeleteNetworkInterface. Without it: a
stack's interfaces stay (moto's `delete` takes no arguments, CloudFormation gives two); the interface of a terminated instance holds
its subnet and security groups for ever, and one that was made before stays with it; the interface of a running instance can be
deleted, or taken by a second one; and an instance on an interface made before is said to be in another zone than its subnet.
"""

from typing import Any

from moto.ec2.exceptions import EC2ClientError
from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ec2.models.instances import Instance
from moto.ec2.responses.elastic_network_interfaces import ElasticNetworkInterfaces


def install() -> None:
    _install_ends()
    _install_use()


def _install_ends() -> None:
    delete, terminate = NetworkInterface.delete, Instance.terminate

    def delete_any(self: Any, *_account_and_region: str) -> None:
        delete(self)

    def terminate_with_interfaces(self: Any, *arguments: Any, **keywords: Any) -> Any:
        interfaces = list(self.nics.values())
        answer = terminate(self, *arguments, **keywords)
        for interface in interfaces:
            if interface.delete_on_termination or interface.description == "Primary network interface":
                self.ec2_backend.enis.pop(interface.id, None)
            else:
                _detach(interface)
        return answer

    NetworkInterface.delete = delete_any
    Instance.terminate = terminate_with_interfaces


def _detach(interface: Any) -> None:
    """The instance keeps it in its own list: moto reads a terminated one's address there."""
    interface.instance = interface.attachment_id = interface.attach_time = interface.device_index = None
    interface.status = "available"


def _install_use() -> None:
    prepare, delete = Instance.prep_nics, ElasticNetworkInterfaces.delete_network_interface

    def prepare_free(self: Any, nic_spec: list[dict[str, Any]], *arguments: Any, **keywords: Any) -> None:
        for wanted in (spec["NetworkInterfaceId"] for spec in nic_spec if "NetworkInterfaceId" in spec):
            if self.ec2_backend.get_network_interface(wanted).instance:
                raise EC2ClientError("InvalidNetworkInterface.InUse", f"Interface: [{wanted}] in use.")
        prepare(self, nic_spec, *arguments, **keywords)
        if 0 in self.nics:
            self._placement.zone = self.nics[0].subnet.availability_zone

    def delete_free(self: Any) -> Any:
        wanted = self._get_param("NetworkInterfaceId")
        if self.ec2_backend.get_network_interface(wanted).instance:
            raise EC2ClientError("InvalidParameterValue", f"Network interface '{wanted}' is currently in use.")
        return delete(self)

    Instance.prep_nics = prepare_free
    ElasticNetworkInterfaces.delete_network_interface = delete_free
