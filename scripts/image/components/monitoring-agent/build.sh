version="$VERSIONS" place="/opt/node-exporter/$VERSIONS"
if [[ ! -x "$place/node_exporter" ]]; then
	download node-exporter "$version" "$work/exporter.tar.gz"
	tar -xzf "$work/exporter.tar.gz" -C "$work" --no-same-owner --wildcards --strip-components=1 '*/node_exporter'
	install -D -m 0755 "$work/node_exporter" "$place/node_exporter"
fi
getent passwd node-exporter >/dev/null || useradd --system --no-create-home --shell /usr/sbin/nologin node-exporter
text /etc/systemd/system/node-exporter.service <<UNIT
[Unit]
Description=Metrics of this node for Prometheus
After=network-online.target
Wants=network-online.target

[Service]
User=node-exporter
ExecStart=$place/node_exporter --web.listen-address=$LISTEN
Restart=on-failure
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=read-only

[Install]
WantedBy=multi-user.target
UNIT
link /etc/systemd/system/node-exporter.service /etc/systemd/system/multi-user.target.wants/node-exporter.service
