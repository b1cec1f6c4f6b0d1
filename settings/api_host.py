"""`apiHost`: a private machine beside the cluster, for a service that uses Slurm's REST API and for a runner of GitLab."""

from typing import Annotated

from pydantic import Field

from settings.base import AmiId, InstanceType, Name, SecretArn, Section, checked, form, refuse
from settings.network import Cidr

_FILE = "letters, digits and _ . -, a letter or digit first, 64 characters at most"


def _own_variable(name: str) -> None:
    if name in OWN_VARIABLES or name.startswith("LD_"):
        raise refuse(
            "api-variable-reserved",
            "is set by the host itself",
            allowed=f"any variable but {', '.join(OWN_VARIABLES)} and LD_…",
            fix="choose another name",
        )


OWN_VARIABLES = ("PATH", "HOME", "PORT", "SECRETS_DIRECTORY", "SLURMREST_CA_FILE", "SLURMREST_URL")
"""What the unit sets; docs/api-host.md tells of the last four."""
JWT_KEY_FILE = "slurm-jwt-key"
"""Name of the file with the key of Slurm's tokens among a service's secrets."""
VariableName = Annotated[
    str,
    form(r"[A-Za-z_][A-Za-z0-9_]*", "letters, digits and _, no digit first, 64 characters at most", longest=64),
    checked(_own_variable),
]
VariableValue = Annotated[
    str,
    form(
        r"[^\x00-\x1f\x7f]*",
        "one line without control characters, 2000 characters at most",
        "put what has several lines into a file of the image, or into a secret",
        longest=2000,
    ),
]


def _own_file(name: str) -> None:
    if name == JWT_KEY_FILE:
        raise refuse(
            "api-secret-reserved",
            "is the name of Slurm's own key",
            allowed=f"any name but {JWT_KEY_FILE}",
            fix="choose another name, or set slurmKey to true in its place",
        )


FileName = Annotated[str, form(r"[A-Za-z0-9][A-Za-z0-9_.-]*", _FILE, longest=64), checked(_own_file)]
Argument = Annotated[
    str,
    form(r"[^\x00-\x1f\x7f]+", "text of one line without control characters, 1000 characters at most", longest=1000),
]
ImageName = Annotated[
    str,
    form(
        r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?\.[a-z0-9.-]+(:\d{1,5})?(/[a-z0-9]+([._-]+[a-z0-9]+)*)+"
        r"(:[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}(@sha256:[0-9a-f]{64})?|@sha256:[0-9a-f]{64})",
        "an image with its registry and a tag or a digest, such as registry.example.org/team/api:1.4.2",
        "write the registry before it, and :<tag> or @sha256:<digest> behind it",
        longest=300,
    ),
]


def _not_root(name: str) -> None:
    if name in ("root", "daemon", "nobody"):
        raise refuse(
            "api-user-reserved",
            "is an account of the system",
            allowed="the name of an account for this service alone",
            fix="leave the key out, or write a name such as api",
        )


ServiceUser = Annotated[
    str,
    form(
        r"[a-z_][a-z0-9_-]*",
        "lower-case letters, digits, _ and -, a letter or _ first, 31 characters at most",
        longest=31,
    ),
    checked(_not_root),
]
GitlabUrl = Annotated[
    str,
    form(
        r"https://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:\d{1,5})?(/[\w./-]*)?",
        "an address that begins with https://, such as https://gitlab.example.org",
        longest=200,
    ),
]
RunnerVersion = Annotated[
    str, form(r"\d{1,2}\.\d{1,2}\.\d{1,2}", 'a release in full and in quotes, such as "18.5.0"', "name one release")
]
Sha256 = Annotated[
    str,
    form(
        r"[0-9a-f]{64}",
        "64 hexadecimal digits in lower case",
        "copy it from release.sha256 of that release: the line of binaries/gitlab-runner-linux-amd64, or of -arm64",
    ),
]


class ApiFolder(Section):
    """A folder of `storage.folders` that the API host sees too."""

    name: Name
    """Its name there; of kind `efs`, with an access point."""
    read_only: bool = False
    """Whether the host may only read it."""


class ApiService(Section):
    """What runs there as the systemd unit `api`: a container image, or a command of the host's own."""

    image: ImageName | None = None
    """Run by podman, without rights of its own beside those of `user`."""
    command: tuple[Argument, ...] = ()
    """Program and arguments; with an image, what it runs instead of its own."""
    user: ServiceUser = "api"
    """System account, made if it is not there."""
    port: Annotated[int, Field(ge=1024, le=65535)] | None = None
    """Where it listens, told to it as PORT; a container's port of the same number is published."""
    environment: dict[VariableName, VariableValue] = {}
    """Variables. No secrets: they stand in a file of the bucket."""
    secrets: dict[FileName, SecretArn] = {}
    """Secrets of Secrets Manager by the names of files in $SECRETS_DIRECTORY, which are read at each start of the unit."""
    slurm_key: bool = False
    """Whether it may sign tokens of Slurm's REST API: file `slurm-jwt-key` among its secrets. Who has that key is any user."""


class GitlabRunner(Section):
    """A GitLab runner with the executor `shell`: jobs run as `gitlab-runner`, and see the folders of the host."""

    url: GitlabUrl
    """The GitLab instance."""
    token_secret_arn: SecretArn
    """Plain-string secret with the runner's authentication token (`glrt-…`)."""
    version: RunnerVersion
    """Release that is installed."""
    sha256: Sha256
    """SHA-256 of its file gitlab-runner-linux-amd64, or -arm64, as the release's release.sha256 has it."""


class ApiHost(Section):
    """A private machine of Ubuntu beside the cluster; made when the section is present (`apiHost: {}`).

    It holds no state of its own: what it runs is named here, and what is to last lies in shared folders. Another setting of what
    runs there is another machine, made before the old one goes.
    """

    instance_type: InstanceType = "t3.medium"
    """EC2 instance type."""
    ami: AmiId | None = None
    """An image of Ubuntu 24.04 of the team's own; default Canonical's newest, which is kept."""
    root_volume_size: Annotated[int, Field(ge=16, le=16_384)] = 30
    """GiB."""
    folders: tuple[ApiFolder, ...] = ()
    """Shared folders it mounts, each at the folder's own `mountDir`."""
    service: ApiService | None = None
    """What serves the API."""
    gitlab_runner: GitlabRunner | None = None
    """A runner of GitLab."""
    allowed_cidrs: tuple[Cidr, ...] = ()
    """Who may reach the service's port, as ranges of addresses; nobody by default, beside Session Manager."""
