# htop is in no repository of Red Hat's own systems: EPEL has it.
names=()
for name in $NAMES; do
	if [[ "$name" == htop ]] && ! command -v apt-get >/dev/null && ! dnf list -q htop &>/dev/null; then
		say "htop is not in the repositories of $OS and is left out"
		continue
	fi
	names+=("$name")
done
[[ ${#names[@]} -eq 0 ]] || packages "${names[@]}"
packages python3 "$(by_family python3-yaml python3-pyyaml)"

version="$VERSIONS" place="/opt/clustershell/$VERSIONS"
if [[ ! -d "$place" ]]; then
	download clustershell "$version" "$work/clustershell.whl"
	python3 -m zipfile -e "$work/clustershell.whl" "$work/clustershell"
	mkdir -p /opt/clustershell
	mv "$work/clustershell" "$place"
	chmod -R go+rX /opt/clustershell
fi
for pair in nodeset=Nodeset clush=Clush cluset=Nodeset clubak=Clubak; do
	text "/opt/clustershell/bin/${pair%=*}" <<SH
#!/bin/sh
PYTHONPATH=$place exec python3 -c 'import sys; from ClusterShell.CLI.${pair#*=} import main; sys.exit(main())' "\$@"
SH
	chmod 0755 "/opt/clustershell/bin/${pair%=*}"
	link "/opt/clustershell/bin/${pair%=*}" "/usr/local/bin/${pair%=*}"
done
