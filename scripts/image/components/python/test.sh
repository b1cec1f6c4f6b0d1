for version in $VERSIONS; do
	prints "Python $version" "/opt/python/$version/bin/python3" -V
	"/opt/python/$version/bin/python3" -c 'import ctypes, hashlib, sqlite3, ssl, zlib' || fail "Python $version lacks parts of its library"
done
prints "Python ${DEFAULT:-${VERSIONS%% *}}" /usr/local/bin/python -V
