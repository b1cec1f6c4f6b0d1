"""scripts/image/versions.yaml: where software comes from, and the checksums of its files."""

from functools import cache
from pathlib import Path

import yaml

from settings.base import Section
from settings.image_systems import family, words

_FILE = Path(__file__).parent.parent.parent / "scripts" / "image" / "versions.yaml"


class Release(Section):
    """A file of one version, for one operating system and architecture or for any."""

    sha256: str
    path: str | None = None


class Software(Section):
    """Something that components download. The head of versions.yaml explains the keys."""

    base_url: str
    path: str | dict[str, str] | None = None
    default: list[str] = []
    checked_by: str | None = None
    origin: str = ""
    releases: dict[str, dict[str, Release]] = {}

    def release(self, version: str, os: str, architecture: str) -> Release | None:
        """The file of a version that fits, if its checksum is known."""
        files = self.releases.get(version, {})
        return next((files[key] for key in (f"{os}-{architecture}", architecture, "any") if key in files), None)

    def known(self, os: str, architecture: str) -> list[str]:
        """The versions whose checksum is known for an operating system and architecture."""
        return [version for version in self.releases if self.release(version, os, architecture)]

    def path_of(self, version: str, os: str, architecture: str) -> str | None:
        """Where a version's file lies below the base URL; None if only listed versions have a place."""
        found = self.release(version, os, architecture)
        if found and found.path:
            return found.path
        path = self.path
        if isinstance(path, dict):
            path = path.get(os) or path.get(family(os))
        return path.format(version=version, major=version.split(".")[0], **words(os, architecture)) if path else None


@cache
def software() -> dict[str, Software]:
    """All, by name."""
    return {name: Software.model_validate(values) for name, values in yaml.safe_load(_FILE.read_text()).items()}
