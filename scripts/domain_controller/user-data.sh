#!/usr/bin/env bash
# First boot of a domain controller (Ubuntu 24.04): fetches its configuration and program from the stack's bucket, and runs it.
# usage: user-data.sh BUCKET CONFIGURATION_KEY REGION [OPTION_OF_CONVERGE...]
# What goes on afterwards is the program's own: a timer of its own runs it again. Safe to run again.
set -euo pipefail

if [[ $# -lt 3 ]]; then
	echo "usage: user-data.sh BUCKET CONFIGURATION_KEY REGION [OPTION_OF_CONVERGE...]" >&2
	exit 2
fi
export DEBIAN_FRONTEND=noninteractive

fetch() {
	apt-get -q -o Acquire::Retries=5 update &&
		apt-get -qy -o DPkg::Lock::Timeout=600 -o Acquire::Retries=5 install --no-install-recommends python3-boto3 &&
		timeout 300 python3 - "$1" "$2" "$3" <<'PYTHON'
import hashlib
import json
import os
import pathlib
import sys

import boto3

bucket, key, region = sys.argv[1:]
s3 = boto3.client("s3", region_name=region)
text = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
found = json.loads(text)
program = s3.get_object(Bucket=bucket, Key=found["programKey"])["Body"].read()
if hashlib.sha256(program).hexdigest() != found["programSha256"]:
    sys.exit(f"s3://{bucket}/{found['programKey']} is not what {key} names")
for name, content in (("/etc/hpcstack/controller.json", text), ("/usr/local/lib/hpcstack/controller.pyz", program)):
    target = pathlib.Path(name)
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_suffix(".new")
    fresh.write_bytes(content)
    os.replace(fresh, target)
PYTHON
}

# The way out and the role's rights may be younger than this machine, and cloud-init runs this once.
for attempt in {1..40}; do
	if fetch "$@"; then
		break
	fi
	if [[ $attempt -eq 40 ]]; then
		echo "first boot: s3://$1/$2 or its program cannot be fetched; see above" >&2
		exit 1
	fi
	sleep 15
done

exec python3 /usr/local/lib/hpcstack/controller.pyz converge "${@:4}"
