# shellcheck shell=bash
# Put before each script of an image component. Given: COMPONENT, OS, ARCHITECTURE, VERSIONS, DOWNLOADS and the component's parameters.
set -euo pipefail
export LC_ALL=C DEBIAN_FRONTEND=noninteractive

fail() {
	echo "$COMPONENT: $*" >&2
	exit 1
}

say() { echo "$COMPONENT: $*"; }

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

# packages NAME...: install what is missing, by the operating system's own packages.
packages() {
	local name missing=()
	for name in "$@"; do
		if command -v dpkg-query >/dev/null; then
			[[ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null)" == installed ]] || missing+=("$name")
		else
			rpm -q --quiet --whatprovides "$name" || missing+=("$name")
		fi
	done
	[[ ${#missing[@]} -gt 0 ]] || return 0
	say "installs ${missing[*]}"
	if command -v apt-get >/dev/null; then
		apt-get update -qq && apt-get install -qq -y -o Dpkg::Use-Pty=0 --no-install-recommends "${missing[@]}"
	elif command -v dnf >/dev/null; then
		dnf install -qy "${missing[@]}"
	else
		fail "neither apt-get nor dnf is here: this operating system is not one of ParallelCluster's"
	fi || fail "the packages ${missing[*]} cannot be installed; is there a way to the repositories of $OS?"
}

# by_family DEB RPM: the name that fits the operating system's family.
by_family() { if command -v apt-get >/dev/null; then echo "$1"; else echo "$2"; fi; }

# download SOFTWARE VERSION FILE: fetch it and hold it against its checksum.
download() {
	local software version url sha256 found
	while read -r -u 3 software version url sha256; do
		[[ "$software $version" == "$1 $2" ]] || continue
		command -v curl >/dev/null || packages curl ca-certificates
		curl -fsSL --retry 4 --retry-connrefused -o "$3" "$url" || fail "$1 $2 cannot be fetched from $url"
		found="$(sha256sum "$3" | cut -d' ' -f1)"
		[[ "$found" == "$sha256" ]] || fail "$1 $2 from $url has the SHA-256 $found; expected: $sha256"
		return 0
	done 3<<<"$DOWNLOADS"
	fail "no download of $1 $2 is known"
}

# link TARGET LINK: a symbolic link, made anew only where it differs.
link() {
	[[ "$(readlink "$2" 2>/dev/null)" == "$1" ]] || { mkdir -p "$(dirname "$2")" && ln -sfn "$1" "$2"; }
}

# text FILE: write standard input to a file, where its content differs; 0644.
text() {
	local content
	content="$(
		cat
		echo .
	)"
	[[ -f "$1" ]] && cmp -s "$1" <(printf %s "${content%.}") && return 0
	mkdir -p "$(dirname "$1")" && printf %s "${content%.}" >"$1" && chmod 0644 "$1"
}

# prints EXPECTED COMMAND...: fail unless the command works and its output has the text.
prints() {
	local expected="$1" output
	shift
	output="$("$@" 2>&1)" || fail "$* fails: $output"
	[[ "$output" == *"$expected"* ]] || fail "$* prints '$output'; expected: $expected"
}
