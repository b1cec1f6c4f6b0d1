#!/usr/bin/env bash
# The way that the tool replaced: a job a user, at most 40 at once; expect answers adcli's prompts; a logon by PAM ends the job.
# Given: N; DOMAIN SERVER BASE_DN ADMIN_PASSWORD USER_PASSWORD in the environment. Prints the names that did not get there.
# Two things differ. A job ends after five tries, where the original went on for ever. The password is set with ldapmodify and a
# ticket of its own, because Debian 12's adcli (0.9.1) cannot do it; adcli 0.9.2 does the same two steps inside.
set -uo pipefail
count=$1
here=$(dirname "$0")

job() {
	local number=$1 name
	name=$(printf 'posit%04d' "$number")
	id "$name" >/dev/null 2>&1 && return 0
	for _ in 1 2 3 4 5; do
		sleep "$(printf '%d.%02d' $((number % 40 * 2 / 40)) $((number % 20 * 5)))"
		id "$name" >/dev/null 2>&1 || expect "$here/create-user.exp" "$name" >/dev/null 2>&1
		sleep 5
		pamtester login "$name" authenticate <<<"$USER_PASSWORD" >/dev/null 2>&1 && return 0
	done
	echo "$name"
}

for number in $(seq "$count"); do
	while (($(jobs -rp | wc -l) >= 40)); do wait -n; done
	job "$number" &
done
wait
