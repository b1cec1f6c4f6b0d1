"""How nodes reach a directory: an endpoint is made or named, with one authority."""

from collections.abc import Iterator

from settings.model import Settings
from settings.problem import Path, Problem, weighed

_MADE = ("simple-ad", "managed-ad")
_KIND: Path = ("directory", "kind")
_NAME: Path = ("directory", "ldaps", "name")
_CERTIFICATE: Path = ("directory", "ldaps", "certificateArn")
_SERVER_NAME: Path = ("directory", "serverName")


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


RULES = (
    an_endpoint_is_made_in_front_of_aws_directories,
    the_authority_is_that_of_the_certificate,
    the_certificate_is_in_the_region,
)
