version="$VERSIONS"
if ! command -v singularity >/dev/null || [[ "$(singularity version)" != "$version"* ]]; then
	file="$work/singularity.$(by_family deb rpm)"
	download singularity-ce "$version" "$file"
	if command -v apt-get >/dev/null; then
		apt-get update -qq
		apt-get install -qq -y -o Dpkg::Use-Pty=0 --no-install-recommends "$file" || fail "SingularityCE's package cannot be installed"
	else
		dnf install -qy "$file" || fail "SingularityCE's package cannot be installed; some of what it needs is in EPEL"
	fi
fi
