#!/usr/bin/env bash
# First boot of the API host (Ubuntu 24.04): packages, its program and its configuration from the stack's bucket, and their run.
# usage: user-data.sh PROGRAM_URI CONFIGURATION_URI REGION [PACKAGE...]
# Both objects bear the hash of their content in their keys. Safe to run again.
set -euo pipefail

if [[ $# -lt 3 ]]; then
	echo "usage: user-data.sh PROGRAM_URI CONFIGURATION_URI REGION [PACKAGE...]" >&2
	exit 2
fi
export DEBIAN_FRONTEND=noninteractive
program=/usr/local/lib/hpcstack/api-host.pyz

fetch() {
	apt-get -q -o Acquire::Retries=5 update &&
		apt-get -qy -o DPkg::Lock::Timeout=600 -o Acquire::Retries=5 install --no-install-recommends \
			python3-boto3 nfs-common unattended-upgrades "${@:4}" &&
		timeout 300 python3 - "$1" "$2" "$3" "$program" <<'PYTHON'
import hashlib
import os
import pathlib
import sys

import boto3

*uris, region, program = sys.argv[1:]
s3 = boto3.client("s3", region_name=region)
for uri, name, mode in zip(uris, (program, "/etc/hpcstack/api-host.json"), (0o755, 0o644)):
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    content = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    if not hashlib.sha256(content).hexdigest().startswith(key.split("/")[1]):
        sys.exit(f"{uri} is not what its key says")
    target = pathlib.Path(name)
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_suffix(".new")
    fresh.write_bytes(content)
    fresh.chmod(mode)
    os.replace(fresh, target)
PYTHON
}

# The way out and the role's rights may be younger than this machine, and cloud-init runs this once.
for attempt in {1..40}; do
	if fetch "$@"; then
		break
	fi
	if [[ $attempt -eq 40 ]]; then
		echo "first boot: packages, $1 or $2 cannot be fetched; see above" >&2
		exit 1
	fi
	sleep 15
done

ln -sf "$program" /usr/local/sbin/api-host
exec "$program" converge
