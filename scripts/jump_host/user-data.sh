#!/usr/bin/env bash
# First boot of the jump host (Ubuntu 24.04): what the directory tool needs, and nothing else. Safe to run again.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
apt-get update -q
apt-get install -qy --no-install-recommends python3-ldap krb5-user libsasl2-modules-gssapi-mit
