for name in $NAMES; do
	command -v dpkg-query >/dev/null || [[ "$name" != htop ]] || continue
	packages_have="$(by_family "dpkg-query -W $name" "rpm -q --whatprovides $name")"
	$packages_have >/dev/null || fail "the package $name is not installed"
done
prints "node[1-3]" nodeset -f node1 node2 node3
prints "$VERSIONS" clush --version
