"""The API host: what it runs is whole, its folders can be mounted by TLS, and it finds the head node."""

from collections.abc import Iterator

from settings.folders import EfsFolder
from settings.homes import shared_folders
from settings.model import Settings
from settings.problem import Path, Problem, weighed

_HOST: Path = ("apiHost",)
_SERVICE: Path = ("apiHost", "service")
_REST: Path = ("cluster", "slurmRestApi")


def a_service_has_what_it_runs(settings: Settings) -> Iterator[Problem]:
    host = settings.api_host
    if host is None or host.service is None:
        return
    service = host.service
    if service.image is None and not service.command:
        yield weighed(
            "api-service-empty",
            _SERVICE,
            {},
            "runs nothing",
            "image (a container), or command (a program and its arguments), or both",
            "set apiHost.service.image or apiHost.service.command",
        )
    if service.image is None and service.command and not service.command[0].startswith("/"):
        yield weighed(
            "api-service-command",
            (*_SERVICE, "command", 0),
            service.command[0],
            "is no absolute path, and a systemd unit has no PATH of a shell",
            "an absolute path such as /usr/bin/python3 without an image",
            "write the program's whole path, or set apiHost.service.image",
            (*_SERVICE, "image"),
        )


def who_may_reach_it_has_a_port(settings: Settings) -> Iterator[Problem]:
    host = settings.api_host
    if host is not None and host.allowed_cidrs and (host.service is None or host.service.port is None):
        yield weighed(
            "api-port",
            (*_HOST, "allowedCidrs"),
            list(host.allowed_cidrs),
            "lets somebody in, and there is no port to let them in by",
            "allowedCidrs with service.port",
            "set apiHost.service.port, or remove allowedCidrs",
            (*_SERVICE, "port"),
        )


def its_folders_have_access_points(settings: Settings) -> Iterator[Problem]:
    host = settings.api_host
    known = {folder.name: folder for folder in shared_folders(settings)}
    fitting = [name for name, one in known.items() if _mountable(one)]
    allowed = ", ".join(fitting) or "a folder of kind efs with accessPoint; there is none yet"
    for index, wanted in enumerate(host.folders if host else ()):
        path: Path = (*_HOST, "folders", index, "name")
        if wanted.name in [other.name for other in (host.folders if host else ())[:index]]:
            yield weighed(
                "api-folder-twice",
                path,
                wanted.name,
                "stands in the list twice",
                "each folder once",
                "remove one of them",
            )
        elif wanted.name not in known:
            yield weighed(
                "api-folder-unknown",
                path,
                wanted.name,
                "is no folder of storage.folders",
                allowed,
                "write a name of storage.folders, or add the folder there",
                ("storage", "folders"),
            )
        elif wanted.name not in fitting:
            yield weighed(
                "api-folder-kind",
                path,
                wanted.name,
                "is not a folder of EFS with an access point, by which the host mounts it with TLS",
                allowed,
                "give the folder accessPoint (path: /), or accessPointId if it exists",
                ("storage", "folders"),
            )


def _mountable(folder: object) -> bool:
    return isinstance(folder, EfsFolder) and bool(folder.access_point or folder.access_point_id)


def it_finds_the_head_node_by_name(settings: Settings) -> Iterator[Problem]:
    """An address would be another one's after the head node's replacement."""
    if settings.api_host and settings.cluster.slurm_rest_api and settings.cluster.dns_zone is None:
        yield weighed(
            "api-head-name",
            ("cluster", "dnsZone"),
            None,
            "stands there, and the API host reaches the head node by a name in this zone, which stays when the cluster is replaced",
            "a private DNS zone such as cluster.internal",
            "set cluster.dnsZone",
            _HOST,
            _REST,
        )


def a_key_has_a_use(settings: Settings) -> Iterator[Problem]:
    host, rest = settings.api_host, settings.cluster.slurm_rest_api
    if host is None or host.service is None or not host.service.slurm_key:
        return
    if rest is None or rest.jwks:
        yield weighed(
            "api-slurm-key",
            (*_SERVICE, "slurmKey"),
            True,
            "asks for a key that the stack does not have"
            if rest is None
            else "has no key: an identity provider signs the tokens",
            "true with cluster.slurmRestApi, and without its jwks",
            "remove slurmKey, or set cluster.slurmRestApi",
            _REST,
        )


RULES = (
    a_service_has_what_it_runs,
    who_may_reach_it_has_a_port,
    its_folders_have_access_points,
    it_finds_the_head_node_by_name,
    a_key_has_a_use,
)
