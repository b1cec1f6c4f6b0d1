"""Certificates and the listeners that show them.

Wraps import_certificate and delete_certificate of Certificate Manager's backend and modify_listener of Elastic Load Balancing's.
Without it a certificate that is imported again under its ARN loses its tags, one that a load balancer uses can be deleted, and a
listener for TLS cannot be changed.
"""

from typing import Any

from moto.acm.exceptions import AWSError
from moto.acm.models import AWSCertificateManagerBackend
from moto.elbv2.models import ELBv2Backend, elbv2_backends


class CertificateInUse(AWSError):
    """Certificate Manager's answer to the deletion of a certificate that something uses."""

    TYPE = "ResourceInUseException"


def install() -> None:
    _install_import()
    _install_deletion()
    _install_listeners()


def _install_import() -> None:
    original = AWSCertificateManagerBackend.import_certificate

    def import_and_keep(
        self: Any, certificate: bytes, private_key: bytes, chain: bytes | None, arn: str | None, tags: Any
    ) -> str:
        before = self._certificates.get(arn)
        made = original(self, certificate, private_key, chain, arn, tags)
        if before:
            self._certificates[made].tags, self._certificates[made].in_use_by = before.tags, before.in_use_by
        return made

    AWSCertificateManagerBackend.import_certificate = import_and_keep


def _install_deletion() -> None:
    original = AWSCertificateManagerBackend.delete_certificate

    def delete_unused(self: Any, arn: str) -> None:
        balancers = elbv2_backends[self.account_id][self.region_name].load_balancers.values()
        if any(arn in listener.certificates for balancer in balancers for listener in balancer.listeners.values()):
            raise CertificateInUse(f"Certificate {arn} in account {self.account_id} is in use.")
        original(self, arn)

    AWSCertificateManagerBackend.delete_certificate = delete_unused


def _install_listeners() -> None:
    original = ELBv2Backend.modify_listener

    def modify(self: Any, arn: str, port: Any = None, protocol: str | None = None, *rest: Any, **more: Any) -> Any:
        if protocol != "TLS":
            return original(self, arn, port, protocol, *rest, **more)
        (listener,) = self.describe_listeners(load_balancer_arn=None, listener_arns=[arn])
        certificates = rest[1] if len(rest) > 1 else more.get("certificates")
        listener.protocol = protocol
        if certificates:
            listener.certificate = certificates[0]["CertificateArn"]
            listener.certificates = [listener.certificate]
        return original(self, arn, port, None, *rest, **more)

    ELBv2Backend.modify_listener = modify
