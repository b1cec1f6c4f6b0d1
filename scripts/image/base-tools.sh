#!/usr/bin/env bash
# Image component: small tools that users of a cluster expect on every node. Safe to run again.
set -euo pipefail

packages=(git tmux htop jq)
if command -v apt-get >/dev/null; then
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -q
	apt-get install -qy --no-install-recommends "${packages[@]}"
elif command -v dnf >/dev/null; then
	# htop is not in every distribution's own repositories: what is missing there is left out, by name.
	dnf install -qy --setopt=strict=0 "${packages[@]}"
else
	echo "base-tools: neither apt-get nor dnf is here: this operating system is not one of ParallelCluster's" >&2
	exit 1
fi
for tool in git tmux jq; do
	command -v "$tool" >/dev/null || {
		echo "base-tools: $tool was not installed" >&2
		exit 1
	}
done
