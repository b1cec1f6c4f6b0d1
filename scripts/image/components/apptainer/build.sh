version="$VERSIONS"
if ! command -v apptainer >/dev/null || [[ "$(apptainer version)" != "$version"* ]]; then
	file="$work/apptainer.$(by_family deb rpm)"
	download apptainer "$version" "$file"
	if command -v apt-get >/dev/null; then
		apt-get update -qq
		apt-get install -qq -y -o Dpkg::Use-Pty=0 --no-install-recommends "$file" || fail "Apptainer's package cannot be installed"
	else
		dnf install -qy "$file" || fail "Apptainer's package cannot be installed; some of what it needs is in EPEL"
	fi
fi
