"""The instance metadata service, version 2 only, as a WSGI application: EC2 User Guide, "Instance metadata categories"."""

import base64
import json
import secrets
import time
from collections.abc import Iterable
from typing import Any

from localcloud.emulator.booted import account

_TOKENS: set[str] = set()
_ROLE = "instance-role"
_LEASE_SECONDS = 6 * 3600


def application(vpc_id: str, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """For the machines of one VPC."""
    status, body = _answer(vpc_id, environ)
    content = body if isinstance(body, bytes) else body.encode()
    headers = [("Content-Type", "text/plain"), ("Content-Length", str(len(content)))]
    start_response(status, [*headers, ("X-aws-ec2-metadata-token-ttl-seconds", str(_LEASE_SECONDS))])
    return [content]


def _answer(vpc_id: str, environ: dict[str, Any]) -> tuple[str, str | bytes]:
    instance, path = account.at(vpc_id, environ["REMOTE_ADDR"]), environ["PATH_INFO"]
    if instance is None:
        return "404 Not Found", ""
    if path == "/latest/api/token":
        if environ["REQUEST_METHOD"] != "PUT":
            return "405 Method Not Allowed", ""
        _TOKENS.add(token := secrets.token_urlsafe(24))
        return "200 OK", token
    if environ.get("HTTP_X_AWS_EC2_METADATA_TOKEN") not in _TOKENS:
        return "401 Unauthorized", ""
    found = _content(instance, path.removeprefix("/latest/").strip("/"))
    return ("404 Not Found", "") if found is None else ("200 OK", found)


def _content(instance: Any, path: str) -> str | bytes | None:
    if path == "user-data":
        encoded = getattr(instance.user_data, "_encoded_string", instance.user_data)
        return base64.b64decode(encoded) if encoded else None
    if path == "dynamic/instance-identity/document":
        return json.dumps(_identity(instance))
    if not path.startswith("meta-data"):
        return None
    return _branch(_values(instance), path.removeprefix("meta-data").strip("/"))


def _branch(values: dict[str, str], key: str) -> str | None:
    """A value, or the names below a folder of values."""
    for exact in (key, f"{key}/"):
        if exact in values:
            return values[exact]
    prefix = f"{key}/" if key else ""
    below = [name.removeprefix(prefix) for name in values if name.startswith(prefix)]
    return "\n".join(sorted({name.split("/", 1)[0] + ("/" if "/" in name else "") for name in below})) or None


def _values(instance: Any) -> dict[str, str]:
    interface = next(iter(instance.nics.values()))
    macs = f"network/interfaces/macs/{interface.mac_address}"
    key = instance.ec2_backend.key_pairs.get(instance.key_name)
    return {
        "ami-id": instance.image_id,
        "ami-launch-index": str(instance.ami_launch_index),
        "hostname": instance.private_dns_name,
        "local-hostname": instance.private_dns_name,
        "local-ipv4": instance.private_ip,
        "instance-id": instance.id,
        "instance-life-cycle": "spot" if instance.lifecycle == "spot" else "on-demand",
        "instance-type": instance.instance_type,
        "mac": interface.mac_address,
        "placement/availability-zone": instance.placement.zone,
        "placement/region": instance.region_name,
        "services/domain": "amazonaws.com",
        "security-groups": "\n".join(group.name for group in instance.security_groups),
        **({"public-keys/": f"0={key.key_name}", "public-keys/0/openssh-key": _public(key)} if key else {}),
        f"{macs}/device-number": "0",
        f"{macs}/local-ipv4s": instance.private_ip,
        f"{macs}/subnet-id": interface.subnet.id,
        f"{macs}/vpc-id": interface.subnet.vpc_id,
        f"{macs}/subnet-ipv4-cidr-block": interface.subnet.cidr_block,
        f"iam/security-credentials/{_ROLE}": json.dumps(_credentials()),
    }


def _public(key: Any) -> str:
    public = key.material_public
    return public.decode() if isinstance(public, bytes) else str(public or "")


def _credentials() -> dict[str, str]:
    """Roles decide nothing in the emulated account: these are nobody's."""
    form = "%Y-%m-%dT%H:%M:%SZ"
    return {
        "Code": "Success",
        "Type": "AWS-HMAC",
        "AccessKeyId": "local",
        "SecretAccessKey": "local",
        "Token": "local",
        "LastUpdated": time.strftime(form, time.gmtime()),
        "Expiration": time.strftime(form, time.gmtime(time.time() + _LEASE_SECONDS)),
    }


def _identity(instance: Any) -> dict[str, str]:
    return {
        "accountId": instance.owner_id,
        "architecture": instance.architecture,
        "availabilityZone": instance.placement.zone,
        "imageId": instance.image_id,
        "instanceId": instance.id,
        "instanceType": instance.instance_type,
        "privateIp": instance.private_ip,
        "region": instance.region_name,
        "version": "2017-09-30",
    }
