#!/bin/bash
# What one user needs for containers on this node: ranges of subordinate ids and a folder for images. Written by hpcstack.
# usage: hpcstack-container-user UID
# Runs as root when a job of his starts (Slurm's prolog) and when he logs in (systemd's user-runtime-dir@). A second run changes nothing.
set -euo pipefail
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
storage=@STORAGE@
first=524288 count=65536 # a range begins above all ids of people and of systemd

say() { echo "hpcstack-container-user: $*" >&2; }

if [[ ! ${1-} =~ ^[0-9]{1,10}$ || ${1-} == 0?* ]]; then
	say "'${1-}' is no uid; usage: hpcstack-container-user UID"
	exit 2
fi
uid=$1
((uid >= 1000 && uid != 65534)) || exit 0 # accounts of the system

# number UID: print the place of its range: the uid itself, or for ids that sssd makes from a directory (slices of 200000) the RID.
number() {
	local number=$1
	((number < 200000)) || number=$(((number - 200000) % 200000))
	((number >= 1000 && number <= 60000)) && echo "$number"
}

# granted FILE: whether the user has a range there.
granted() { grep -qs "^$uid:" "$1"; }

give_ranges() {
	local place start slice name file
	if ! place=$(number "$uid"); then
		say "uid $uid has no subordinate ids: numbers from 1000 to 60000 have, and RIDs of a directory"
		return 0
	fi
	start=$((first + (place - 1000) * count))
	slice=$((uid - place))
	if ((slice > 0 && start < slice + 200000 && slice < start + count)); then
		say "uid $uid has no subordinate ids: they would be those of other people of the directory"
		return 0
	fi
	name=$(id -un "$uid" 2>/dev/null) || name=$uid
	for file in /etc/subuid /etc/subgid; do
		granted "$file" || grep -qs "^$name:" "$file" || echo "$uid:$start:$count" >>"$file"
	done
}

if ! granted /etc/subuid || ! granted /etc/subgid; then
	exec 9>/run/hpcstack-container-user.lock
	flock 9
	give_ranges
	exec 9>&-
fi
folder=$storage/$uid
if [[ ! -d $folder ]]; then
	group=$(id -g "$uid") || exit 1
	install -d -m 0700 -o "$uid" -g "$group" "$folder"
fi
# A job of a user who is not logged in here: what it inherits names a folder that systemd has not made, and Podman would not start.
if [[ -n ${SLURM_JOB_ID-} && ! -d /run/user/$uid ]]; then
	group=$(id -g "$uid") || exit 1
	install -d -m 0700 -o "$uid" -g "$group" "/run/user/$uid"
fi
