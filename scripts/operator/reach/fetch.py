"""Fetches an object by its content. The jump host's own Python runs this as the text of a command, with five arguments."""

import hashlib
import os
import sys
import time

import boto3
from botocore.exceptions import ClientError

region, bucket, key, digest, path = sys.argv[1:]
# A botocore before 1.31 does not read the variable itself.
s3 = boto3.client("s3", region_name=region, endpoint_url=os.environ.get("AWS_ENDPOINT_URL"))
for remaining in reversed(range(7)):
    try:
        content = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        break
    except ClientError as error:
        # Rights that were just given to a role take some seconds to count.
        if error.response["Error"]["Code"] != "AccessDenied" or not remaining:
            sys.exit(f"s3://{bucket}/{key} cannot be fetched: {error}")
        time.sleep(5)
if hashlib.sha256(content).hexdigest() != digest:
    sys.exit(f"s3://{bucket}/{key} is not what its name says")
with open(path + ".partial", "wb") as file:
    file.write(content)
os.replace(path + ".partial", path)
