prints "$VERSIONS" "/opt/node-exporter/$VERSIONS/node_exporter" --version
systemd-analyze verify /etc/systemd/system/node-exporter.service || fail "systemd refuses the unit"
[[ -L /etc/systemd/system/multi-user.target.wants/node-exporter.service ]] || fail "the service does not start at boot"
