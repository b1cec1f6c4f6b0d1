prints "podman version" podman --version
for tool in newuidmap newgidmap; do
	path="$(command -v $tool)" || fail "$tool is missing: users get no ids of their own in containers"
	[[ -u "$path" ]] || getcap "$path" | grep -q setuid || getcap "$path" | grep -q setgid || fail "$path has no rights to map ids"
done
