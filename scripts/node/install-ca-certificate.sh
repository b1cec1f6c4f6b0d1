#!/usr/bin/env bash
# OnNodeStart of every node: puts the certificate of the directory's authority where the directory client expects it.
# usage: install-ca-certificate.sh s3://BUCKET/KEY TARGET
# Runs before the directory client is configured (ParallelCluster 3.16, order of bootstrap actions). Changes nothing on a second run.
set -euo pipefail

if [[ $# -ne 2 || $1 != s3://* || $2 != /* ]]; then
	echo "usage: install-ca-certificate.sh s3://BUCKET/KEY /absolute/target" >&2
	exit 2
fi
source_uri=$1
target=$2

fresh=$(mktemp)
trap 'rm -f "$fresh"' EXIT
aws s3 cp --only-show-errors "$source_uri" "$fresh"
if ! grep -q -- '-----BEGIN CERTIFICATE-----' "$fresh"; then
	echo "install-ca-certificate: $source_uri holds no PEM certificate" >&2
	exit 1
fi
if cmp -s "$fresh" "$target"; then
	echo "install-ca-certificate: $target is up to date"
	exit 0
fi
install -D -m 0644 "$fresh" "$target"
echo "install-ca-certificate: $target written"
