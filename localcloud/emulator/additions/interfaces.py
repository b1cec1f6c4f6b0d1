"""Network interfaces can be deleted by CloudFormation, and go with their instance.

Wraps `NetworkInterface.delete` and `Instance.terminate`. Without it: a stack's interfaces stay (moto's `delete` takes no arguments,
CloudFormation gives two), and the interface of a terminated instance holds its subnet and security groups for ever.
"""

from typing import Any

from moto.ec2.models.elastic_network_interfaces import NetworkInterface
from moto.ec2.models.instances import Instance


def install() -> None:
    delete, terminate = NetworkInterface.delete, Instance.terminate

    def delete_any(self: Any, *_account_and_region: str) -> None:
        delete(self)

    def terminate_with_interfaces(self: Any, *arguments: Any, **keywords: Any) -> Any:
        interfaces = list(self.nics.values())
        answer = terminate(self, *arguments, **keywords)
        for interface in interfaces:
            if interface.delete_on_termination or interface.description == "Primary network interface":
                self.ec2_backend.enis.pop(interface.id, None)
        return answer

    NetworkInterface.delete = delete_any
    Instance.terminate = terminate_with_interfaces
