value="$(systemd-analyze cat-config systemd/logind.conf | sed -n 's/^RemoveIPC=//p' | tail -n 1)"
[[ "$value" == no ]] || fail "RemoveIPC is '$value' in the end; another file in logind.conf.d comes later"
