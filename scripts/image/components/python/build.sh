installed() { [[ -x "/opt/python/$1/bin/python3" ]] && [[ "$("/opt/python/$1/bin/python3" -V)" == "Python $1" ]]; }
get_uv() {
	[[ ! -x "$work/uv" ]] || return 0
	command -v python3 >/dev/null || packages python3
	download uv "$UV_VERSION" "$work/uv.whl"
	python3 -m zipfile -e "$work/uv.whl" "$work/wheel"
	install -m 0755 "$work/wheel/uv-$UV_VERSION.data/scripts/uv" "$work/uv"
}
export UV_PYTHON_INSTALL_MIRROR="$PYTHON_BASE_URL" UV_CACHE_DIR="$work/cache" UV_PYTHON_INSTALL_BIN=0

for version in $VERSIONS; do
	if ! installed "$version"; then
		get_uv
		"$work/uv" --no-config python install --install-dir "$work/python" "$version" ||
			fail "Python $version cannot be installed; image.mirrors.python says where from"
		found="$(find "$work/python" -mindepth 1 -maxdepth 1 -type d -name "cpython-$version-*")"
		mkdir -p /opt/python && rm -rf "/opt/python/$version" && mv "$found" "/opt/python/$version"
		rm -f "/opt/python/$version/lib/python${version%.*}/EXTERNALLY-MANAGED"
		chmod -R go+rX "/opt/python/$version"
	fi
	[[ -z "$INDEX" ]] || printf '[global]\nindex-url = %s\n' "$INDEX" | text "/opt/python/$version/pip.conf"
	if [[ -n "$PACKAGES" ]] && ! printf '%s\n' $PACKAGES | cmp -s - "/opt/python/$version/.packages"; then
		get_uv
		"$work/uv" --no-config pip install -q --python "/opt/python/$version/bin/python3" \
			${INDEX:+--default-index "$INDEX"} $PACKAGES || fail "packages for Python $version cannot be installed: $PACKAGES"
		printf '%s\n' $PACKAGES | text "/opt/python/$version/.packages"
	fi
	link "/opt/python/$version/bin/python3" "/usr/local/bin/python${version%.*}"
done
link "/opt/python/${DEFAULT:-${VERSIONS%% *}}/bin/python3" /usr/local/bin/python
