"""Certificates of others that are imported into Certificate Manager."""

from localcloud.plugins.aws.base import AwsType, picked
from localcloud.plugins.aws.client import Aws, tag_list, tag_map
from localcloud.plugins.rules import APPLY, Length, Matches, Needed
from localcloud.plugins.values import Plain

_IMPORTS = "the stand-in imports certificates, and asks nobody for one"
_PEM = r"-----BEGIN {0}-----\s.+-----END {0}-----\s*"
_LONGEST = 32768


class Certificate(AwsType):
    token = "aws:acm/certificate:Certificate"
    inputs = frozenset({"certificateBody", "privateKey", "certificateChain", "tags"})
    secrets = frozenset({"privateKey"})
    busy = AwsType.busy | {"ResourceInUseException"}
    unstable = frozenset({"domainName", "notAfter", "notBefore", "keyAlgorithm", "subjectAlternativeNames"})
    rules = (
        Needed("privateKey", ours=_IMPORTS),
        Needed("certificateBody", ours=_IMPORTS),
        Matches("certificateBody", _PEM.format("CERTIFICATE"), "be one certificate in PEM", stage=APPLY),
        Length("certificateBody", 1, _LONGEST, stage=APPLY),
        Matches(
            "privateKey", _PEM.format("(?:[A-Z]+ )?PRIVATE KEY"), "be a private key in PEM, not encrypted", stage=APPLY
        ),
    )

    def create(self, context: Aws, inputs: Plain) -> str:
        tags = context.all_tags(inputs.get("tags"))
        marked = {"Tags": tag_list(tags)} if tags else {}
        return context.client("acm").import_certificate(**_parts(inputs), **marked)["CertificateArn"]

    def fetch(self, aws: Aws, resource_id: str, inputs: Plain) -> Plain | None:
        acm = aws.client("acm")
        found = acm.describe_certificate(CertificateArn=resource_id)["Certificate"]
        held = acm.get_certificate(CertificateArn=resource_id)
        tags = acm.list_tags_for_certificate(CertificateArn=resource_id).get("Tags")
        state = picked(
            found,
            arn="CertificateArn",
            domainName="DomainName",
            keyAlgorithm="KeyAlgorithm",
            renewalEligibility="RenewalEligibility",
            status="Status",
            type="Type",
        )
        return state | {
            "certificateBody": held["Certificate"],
            "notAfter": f"{found['NotAfter']:%Y-%m-%dT%H:%M:%SZ}",
            "notBefore": f"{found['NotBefore']:%Y-%m-%dT%H:%M:%SZ}",
            "subjectAlternativeNames": sorted(found.get("SubjectAlternativeNames", [])),
            "tagsAll": tag_map(tags),
        }

    def alter(self, aws: Aws, resource_id: str, new: Plain, changed: set[str]) -> None:
        if changed:
            aws.client("acm").import_certificate(CertificateArn=resource_id, **_parts(new))

    def remove(self, aws: Aws, resource_id: str, state: Plain) -> None:
        aws.client("acm").delete_certificate(CertificateArn=resource_id)

    def tag(self, aws: Aws, resource_id: str, state: Plain, add: dict[str, str], drop: list[str]) -> None:
        if drop:
            gone = [{"Key": key} for key in drop]
            aws.client("acm").remove_tags_from_certificate(CertificateArn=resource_id, Tags=gone)
        if add:
            aws.client("acm").add_tags_to_certificate(CertificateArn=resource_id, Tags=tag_list(add))


def _parts(inputs: Plain) -> dict[str, bytes]:
    named = {"Certificate": "certificateBody", "PrivateKey": "privateKey", "CertificateChain": "certificateChain"}
    return {api: inputs[key].encode() for api, key in named.items() if key in inputs}


ALL = (Certificate,)
