"""The unit `api`: a command of the host or a container, with its account, its environment, and its secrets in memory."""

from __future__ import annotations

import pwd

from ..node.library import accounts, services
from ..node.library.changes import Changes
from . import authority, secrets
from .configuration import Configuration, Mount, Service

UNIT = "api.service"
PROGRAM = "/usr/local/lib/hpcstack/api-host.pyz"
_ENVIRONMENT = "/etc/hpcstack/api.env"
_TEXT = """[Unit]
Description=Service of the API host
After=network-online.target remote-fs.target
Wants=network-online.target
# Secrets or a registry may be out of reach for long: it goes on trying.
StartLimitIntervalSec=0
{files}
[Service]
EnvironmentFile={environment}
# At each start: a rotated secret needs a restart only.
ExecStartPre=+/usr/bin/python3 {program} secrets
{start}
ExecStopPost=+/usr/bin/rm -rf {secrets}
Restart=always
RestartSec=5
TimeoutStartSec=600

[Install]
WantedBy=multi-user.target
"""
_ON_HOST = """User={user}
Group={user}
NoNewPrivileges=yes
ProtectSystem=full
ProtectHome=yes
PrivateTmp=yes
ExecStart={command}"""
_CONTAINER = """ExecStart={command}
ExecStop=/usr/bin/podman stop --ignore --time=10 api"""


def apply(changes: Changes, configuration: Configuration, *, changed: bool) -> None:
    """Have it run as the configuration says, started anew if something else that it reads has `changed`. Raises Fault."""
    service = configuration.service
    if service is None:
        return
    accounts.system_user(changes, service.user)
    changed = changes.file(_ENVIRONMENT, environment_file(variables(configuration, service))) or changed
    ids = _ids(service.user)
    files = [path for path in (authority.file(configuration),) if path]
    start = (
        container(service, configuration.mounts, variables(configuration, service), ids, files)
        if service.image
        else None
    )
    changed = services.unit(changes, UNIT, unit(service, start)) or changed
    services.running(changes, UNIT, changed=changed)


def variables(configuration: Configuration, service: Service) -> dict[str, str]:
    """The host's own, then the stack file's."""
    own = {
        "SECRETS_DIRECTORY": str(secrets.DIRECTORY),
        "PORT": str(service.port) if service.port else None,
        "SLURMREST_URL": configuration.slurm_url,
        "SLURMREST_CA_FILE": authority.file(configuration),
    }
    return {**{name: value for name, value in own.items() if value}, **service.environment}


def unit(service: Service, container_start: list[str] | None) -> str:
    if container_start:
        start = _CONTAINER.format(command=command_line(container_start))
    else:
        start = _ON_HOST.format(user=service.user, command=command_line(service.command))
    # So that another list of secrets is another unit, which is started anew.
    files = "".join(f"# {name}: {arn}\n" for name, arn in sorted(service.secrets.items()))
    return _TEXT.format(files=files, environment=_ENVIRONMENT, program=PROGRAM, start=start, secrets=secrets.DIRECTORY)


def container(
    service: Service, mounts: list[Mount], names: dict[str, str], ids: tuple[int, int], files: list[str]
) -> list[str]:
    """podman's own process holds the variables, so that its arguments need not. `files` are seen inside at the same places."""
    assert service.image
    published = [f"--publish={service.port}:{service.port}"] if service.port else []
    folders = [f"{one.directory}:{one.directory}{':ro' if one.read_only else ''}" for one in mounts]
    volumes = [*(f"{path}:{path}:ro" for path in [str(secrets.DIRECTORY), *files]), *folders]
    return [
        *("/usr/bin/podman", "run", "--rm", "--replace", "--name=api", "--pull=missing", "--cap-drop=all"),
        *("--security-opt=no-new-privileges", f"--user={ids[0]}:{ids[1]}"),
        *published,
        *(f"--volume={one}" for one in volumes),
        *(f"--env={name}" for name in sorted(names)),
        service.image,
        *service.command,
    ]


def command_line(words: list[str]) -> str:
    """As systemd reads it: no specifiers, no variables (systemd.service(5), "Command lines")."""
    return " ".join(_quoted(word).replace("%", "%%").replace("$", "$$") for word in words)


def environment_file(values: dict[str, str]) -> str:
    """As systemd reads it (systemd.exec(5), EnvironmentFile=)."""
    lines = [
        f"{name}={_quoted(value).replace('$', chr(92) + '$').replace('`', chr(92) + '`')}"
        for name, value in values.items()
    ]
    return "".join(f"{line}\n" for line in lines)


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _ids(user: str) -> tuple[int, int]:
    """-1 where a dry run did not make the account."""
    try:
        found = pwd.getpwnam(user)
    except KeyError:
        return -1, -1
    return found.pw_uid, found.pw_gid
