"""The environment of jobs, and services of the site: what must fit the rest of the stack file."""

from collections.abc import Iterator

from settings.homes import shared_folders
from settings.model import Settings
from settings.problem import Path, Problem, weighed

_TAKEN = (*range(6817, 6830), 8082)
"""Slurm's daemons, and its REST API."""


def logs_lie_in_a_shared_folder(settings: Settings) -> Iterator[Problem]:
    wanted = settings.cluster.job_environment
    names = [folder.name for folder in shared_folders(settings)]
    if wanted and wanted.folder not in names:
        yield weighed(
            "job-environment-folder",
            ("cluster", "jobEnvironment", "folder"),
            wanted.folder,
            "is no shared folder of this stack",
            ", ".join(names) or "a name from storage.folders, which is empty",
            "name one of them, or add it to storage.folders",
            ("storage", "folders"),
        )


def services_have_one_program(settings: Settings) -> Iterator[Problem]:
    for index, service in enumerate(settings.cluster.site_services):
        if (service.image is None) == (service.command is None):
            yield weighed(
                "service-program",
                ("cluster", "siteServices", index),
                service.name,
                "has neither image nor command" if service.image is None else "has both image and command",
                "one of image and command",
                "write one of them",
            )
        if service.user == "root":
            yield weighed(
                "service-root",
                ("cluster", "siteServices", index, "user"),
                service.user,
                "may do everything on the head node",
                "any other user",
                "remove it, and a user of its own is made",
            )


def services_are_distinct(settings: Settings) -> Iterator[Problem]:
    services, rest = settings.cluster.site_services, settings.cluster.slurm_rest_api
    taken = [*_TAKEN, *([rest.port] if rest else [])]
    for index, service in enumerate(services):
        place: Path = ("cluster", "siteServices", index)
        before = services[:index]
        if service.name in [other.name for other in before]:
            yield weighed(
                "service-twice",
                (*place, "name"),
                service.name,
                "stands in the list twice",
                "a name that no other service has",
                "give each service its own",
            )
        if service.port is not None and service.port in [*taken, *(other.port for other in before)]:
            yield weighed(
                "service-port",
                (*place, "port"),
                service.port,
                "is another one's on the head node",
                "a port that neither Slurm (6817-6829, 8082, slurmRestApi.port) nor another service has",
                "choose another one",
            )


def sources_have_a_port(settings: Settings) -> Iterator[Problem]:
    for index, service in enumerate(settings.cluster.site_services):
        if service.sources and service.port is None:
            yield weighed(
                "service-sources",
                ("cluster", "siteServices", index, "sources"),
                list(service.sources),
                "says who reaches a port, and there is none",
                "sources with port",
                "add port, or remove sources",
                ("cluster", "siteServices", index, "port"),
            )


def sshd_reads_a_folder(settings: Settings) -> Iterator[Problem]:
    """`Include` came with OpenSSH 8.2; Red Hat's 8 has 8.0."""
    if settings.cluster.sshd and settings.image.os in ("rhel8", "rocky8"):
        yield weighed(
            "sshd-include",
            ("cluster", "sshd"),
            settings.cluster.sshd.model_dump(by_alias=True, exclude_unset=True, mode="json"),
            f"needs OpenSSH 8.2, which reads a folder of settings, and {settings.image.os} has 8.0",
            "sshd with image.os alinux2023, ubuntu2204, ubuntu2404, rhel9 or rocky9",
            "set image.os to one of them, or remove sshd and make the change in a script of your own",
            ("image", "os"),
        )


RULES = (
    logs_lie_in_a_shared_folder,
    services_have_one_program,
    services_are_distinct,
    sources_have_a_port,
    sshd_reads_a_folder,
)
