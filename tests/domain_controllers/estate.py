"""What the stack puts into S3 and Secrets Manager for its controllers; run inside the machines' network.

usage: python -m tests.domain_controllers.estate FOLDER                      (writes ca.pem there)
       python -m tests.domain_controllers.estate --administrator PASSWORD    (gives the secret another value)
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import boto3

from components import x509
from scripts.domain_controller import bundle
from tests.domain_controllers.machines import ADDRESSES, ENDPOINT, GATEWAY

BUCKET, DOMAIN, REGION = "team", "hpc.test", "eu-west-1"
ADMIN_PASSWORD, NEW_PASSWORD, THIRD_PASSWORD = "Rig-Adm1n-Passw0rd", "Rig-Adm1n-Chang3d", "Rig-Adm1n-Th1rd"
_LEAST = 10


def client(service: str) -> Any:
    return boto3.client(
        service, region_name=REGION, endpoint_url=ENDPOINT, aws_access_key_id="rig", aws_secret_access_key="rig"
    )


def prepare(folder: Path) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    authority = x509.new_authority("acceptance")
    (folder / "ca.pem").write_text(x509.certificate_text(authority))
    program = bundle.build()
    digest = hashlib.sha256(program).hexdigest()
    key = f"scripts/{digest[:16]}/domain_controller/controller.pyz"
    s3.put_object(Bucket=BUCKET, Key=key, Body=program)
    admin = _secret("admin", ADMIN_PASSWORD)
    for index, (name, address) in enumerate(ADDRESSES.items()):
        peer, peer_address = next(pair for pair in ADDRESSES.items() if pair[0] != name)
        document = {
            "region": REGION,
            "bucket": BUCKET,
            "configurationKey": f"directory/{name}.json",
            "programKey": key,
            "programSha256": digest,
            "domain": DOMAIN,
            "name": name,
            "address": address,
            "peerName": peer,
            "peerAddress": peer_address,
            "founder": index == 0,
            "adminSecretArn": admin,
            "tlsSecretArn": _secret(name, x509.issue(authority, [f"{name}.{DOMAIN}"], [address])),
            "authority": x509.certificate_text(authority),
            "forwarder": GATEWAY,
            "timeServer": "169.254.169.123",
            "maxPasswordAgeDays": 0,
            "minPasswordLength": _LEAST,
            "rebootTime": "02:30",
        }
        s3.put_object(Bucket=BUCKET, Key=f"directory/{name}.json", Body=json.dumps(document).encode())


def _secret(name: str, text: str) -> str:
    return client("secretsmanager").create_secret(Name=name, SecretString=text)["ARN"]


if __name__ == "__main__":
    if sys.argv[1] == "--administrator":
        client("secretsmanager").put_secret_value(SecretId="admin", SecretString=sys.argv[2])
    else:
        prepare(Path(sys.argv[1]))
