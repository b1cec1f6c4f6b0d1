#!/bin/bash
# Lies before Slurm's own scontrol, as 24.11 gives each node of an update the whole list of instance ids, where later versions give each
# its own. ParallelCluster's daemons would take the nodes for such without an instance, and end those that are still booting.
readonly own=/usr/bin/scontrol

names=() addresses=() hosts=() ids=() others=()
if [[ $1 == update ]]; then
	for word in "${@:2}"; do
		case $word in
		nodename=*) IFS=, read -ra names <<<"${word#*=}" ;;
		nodeaddr=*) IFS=, read -ra addresses <<<"${word#*=}" ;;
		nodehostname=*) IFS=, read -ra hosts <<<"${word#*=}" ;;
		instanceid=*) IFS=, read -ra ids <<<"${word#*=}" ;;
		*) others+=("$word") ;;
		esac
	done
fi
if ((${#ids[@]} < 2 || ${#ids[@]} != ${#names[@]})); then
	exec "$own" "$@"
fi
code=0
for at in "${!names[@]}"; do
	words=("nodename=${names[at]}" "instanceid=${ids[at]}")
	[[ ${addresses[at]} ]] && words+=("nodeaddr=${addresses[at]}")
	[[ ${hosts[at]} ]] && words+=("nodehostname=${hosts[at]}")
	"$own" update "${others[@]}" "${words[@]}" || code=$?
done
exit "$code"
