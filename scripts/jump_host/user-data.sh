#!/usr/bin/env bash
# First boot of the jump host (Ubuntu 24.04): what the directory tool needs, and security updates by themselves. Safe to run again.
# The tool itself comes with each run, by the hash of its content: a changed tool replaces no host.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive
cat >/etc/apt/apt.conf.d/52hpcstack <<'END'
APT::Periodic::Update-Package-Lists "1";
APT::Periodic::Unattended-Upgrade "1";
Unattended-Upgrade::Automatic-Reboot "true";
Unattended-Upgrade::Automatic-Reboot-WithUsers "false";
Unattended-Upgrade::Automatic-Reboot-Time "03:30";
END
apt-get update -q
apt-get install -qy --no-install-recommends \
	python3-ldap python3-boto3 python3-yaml krb5-user libsasl2-modules-gssapi-mit unattended-upgrades
