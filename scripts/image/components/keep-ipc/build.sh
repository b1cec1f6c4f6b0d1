text /etc/systemd/logind.conf.d/50-keep-ipc.conf <<'CONF'
# Made by the image component keep-ipc.
[Login]
RemoveIPC=no
CONF
