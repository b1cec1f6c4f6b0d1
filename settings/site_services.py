"""`cluster.siteServices`: programs of the site's own that run on the head node as services."""

from typing import Annotated

from pydantic import Field

from settings.base import Section, checked, form, refuse
from settings.network import check_range

_PATH = r"(/[A-Za-z0-9_.+-]+)+"


def _plain(path: str) -> None:
    if ".." in path.split("/") or "." in path.split("/"):
        raise refuse("service-path", "has . or .. in it", allowed="a plain absolute path", fix="write the path out")


ServicePath = Annotated[
    str, form(_PATH, "an absolute path of letters, digits and _ . + -", longest=255), checked(_plain)
]
ServiceName = Annotated[
    str, form(r"[a-z][a-z0-9-]*", "lower-case letters, digits and hyphens, a letter first, 32 at most", longest=32)
]
ServiceUser = Annotated[str, form(r"[a-z_][a-z0-9_-]*", "a user's name of 32 characters at most, not root", longest=32)]


def _source(text: str) -> None:
    if not text.startswith("sg-"):
        check_range(text)


Source = Annotated[
    str,
    form(
        r"sg-[0-9a-f]{8}([0-9a-f]{9})?|(\d{1,3}\.){3}\d{1,3}/\d{1,2}",
        "a security group such as sg-0123456789abcdef0, or a range of addresses such as 10.0.0.0/16",
    ),
    checked(_source),
]
_Text = Annotated[str, form(r"[^\n\r\0]*", "text of one line", longest=1024)]


class SiteService(Section):
    """A service of systemd that waits for its files, and is started again when it ends."""

    name: ServiceName
    """Its unit is `site-<name>.service`."""
    image: ServicePath | None = None
    """A container image file: a `.tar` of `podman save` for Podman, any other for Apptainer or SingularityCE; or `command`."""
    command: ServicePath | None = None
    """A program; or `image`."""
    args: Annotated[tuple[_Text, ...], Field(max_length=50)] = ()
    """Its arguments, each as it stands, no shell between. Every user of the node can read them: no secrets."""
    config: ServicePath | None = None
    """A file that it needs. Its path is the variable `SITE_SERVICE_CONFIG`, in containers too."""
    inputs: Annotated[tuple[ServicePath, ...], Field(max_length=20)] = ()
    """More files that must be there before it starts."""
    writes: Annotated[tuple[ServicePath, ...], Field(max_length=20)] = ()
    """Folders that it may write; nothing else but a /tmp of its own."""
    user: ServiceUser = "site-service"
    """Who runs it; a system user of this name is made where there is none."""
    port: Annotated[int, Field(ge=1024, le=65535)] | None = None
    """Where it listens."""
    sources: Annotated[tuple[Source, ...], Field(max_length=20)] = ()
    """Who reaches the port on the head node."""
