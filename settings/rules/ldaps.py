"""How nodes reach a directory: an endpoint is made or named, with one authority; and how names of the domain are found."""

import ipaddress
from collections.abc import Iterator

from settings.model import Settings
from settings.problem import Path, Problem, weighed

_MADE = ("simple-ad", "managed-ad")
_KIND: Path = ("directory", "kind")
_NAME: Path = ("directory", "ldaps", "name")
_CERTIFICATE: Path = ("directory", "ldaps", "certificateArn")
_SERVER_NAME: Path = ("directory", "serverName")
_RESOLUTION: Path = ("directory", "resolution")


def an_endpoint_is_made_in_front_of_aws_directories(settings: Settings) -> Iterator[Problem]:
    directory = settings.directory
    for path, value in ((_NAME, directory.ldaps.name), (_CERTIFICATE, directory.ldaps.certificate_arn)):
        if value and directory.kind not in _MADE:
            yield weighed(
                "ldaps-other-kind",
                path,
                value,
                f'is not for kind "{directory.kind}"',
                f"directory.ldaps with kind {' or '.join(_MADE)}",
                f"remove ldaps.{path[-1]}",
                _KIND,
            )
        elif value and directory.server_name:
            yield weighed(
                "ldaps-made-and-existing",
                path,
                value,
                "is for an endpoint that is made, and serverName names one of your own",
                "either ldaps, or serverName",
                f"remove ldaps.{path[-1]}, or serverName",
                _SERVER_NAME,
            )


def the_authority_is_that_of_the_certificate(settings: Settings) -> Iterator[Problem]:
    directory = settings.directory
    if directory.kind not in _MADE:
        return
    foreign = bool(directory.server_name or directory.ldaps.certificate_arn)
    if directory.ca_certificate and not foreign:
        yield weighed(
            "ca-of-nothing",
            ("directory", "caCertificate"),
            directory.ca_certificate,
            "is of no certificate here: the stack's own authority issues the one of the LDAPS endpoint",
            "caCertificate with serverName or ldaps.certificateArn",
            "remove caCertificate, or name the endpoint or the certificate that this authority signed",
            _KIND,
        )
    if "certificate_edition" in directory.model_fields_set and foreign:
        yield weighed(
            "edition-of-nothing",
            ("directory", "certificateEdition"),
            directory.certificate_edition,
            "is of certificates that the stack issues, and it issues none here",
            "certificateEdition without serverName and ldaps.certificateArn",
            "remove certificateEdition",
            _SERVER_NAME,
            _CERTIFICATE,
        )


def the_certificate_is_in_the_region(settings: Settings) -> Iterator[Problem]:
    arn = settings.directory.ldaps.certificate_arn
    if arn and arn.split(":")[3] != settings.region:
        yield weighed(
            "certificate-region",
            _CERTIFICATE,
            arn,
            f"is not in {settings.region}",
            f"a certificate in the stack's region, {settings.region}",
            f"request or import one in {settings.region}",
            ("region",),
        )


def name_servers_are_of_a_vpc_that_is_made(settings: Settings) -> Iterator[Problem]:
    directory = settings.directory
    if directory.resolution != "dhcp-options":
        return
    if directory.kind not in _MADE:
        yield _resolution(settings, f'is not for kind "{directory.kind}"', f"with kind {' or '.join(_MADE)}", _KIND)
    if settings.network.exists:
        fault = (
            f"would change the name servers of the existing VPC {settings.network.vpc_id or settings.network.vpc_tag}"
        )
        yield _resolution(settings, fault, "with a VPC that is made", ("network", "vpcId"))


def the_controllers_do_not_hide_the_name(settings: Settings) -> Iterator[Problem]:
    """They answer for every name of their domain themselves, and know none that stands in a private zone."""
    directory = settings.directory
    if directory.resolution != "dhcp-options" or directory.kind not in _MADE or directory.server_name:
        return
    name = directory.ldaps.name or f"ldaps.{directory.domain_name}"
    if f".{name}".endswith(f".{directory.domain_name}"):
        yield weighed(
            "ldaps-name-hidden",
            _NAME,
            name,
            "lies in the directory's own domain, and with resolution dhcp-options only the controllers are asked for such names",
            f"a name outside {directory.domain_name}",
            f"set ldaps.name to ldaps.{directory.domain_name.replace('.', '-')}.internal, or resolution to resolver-rule",
            _RESOLUTION,
            ("directory", "domainName"),
        )


def a_rule_leads_to_addresses(settings: Settings) -> Iterator[Problem]:
    directory = settings.directory
    if directory.resolution != "resolver-rule" or directory.kind != "existing":
        return
    for index, server in enumerate(directory.servers):
        if not _is_address(server):
            yield weighed(
                "resolver-target",
                ("directory", "servers", index),
                server,
                "is a name, and a rule of Route 53 Resolver leads to addresses",
                "IPv4 addresses with resolution resolver-rule",
                "write the controller's address, or remove resolution",
                _RESOLUTION,
            )


def _resolution(settings: Settings, fault: str, allowed: str, *also: Path) -> Problem:
    value, better = settings.directory.resolution, "resolver-rule"
    fix = f"set directory.resolution to {better}, or remove it"
    return weighed("resolution", _RESOLUTION, value, fault, f"{value} {allowed}", fix, *also)


def _is_address(text: str) -> bool:
    try:
        ipaddress.IPv4Address(text)
    except ValueError:
        return False
    return True


RULES = (
    an_endpoint_is_made_in_front_of_aws_directories,
    the_authority_is_that_of_the_certificate,
    the_certificate_is_in_the_region,
    name_servers_are_of_a_vpc_that_is_made,
    the_controllers_do_not_hide_the_name,
    a_rule_leads_to_addresses,
)
