"""What an entry of `image.components` comes to: versions, downloads with their checksums, and values of parameters."""

from collections.abc import Mapping
from dataclasses import dataclass

from settings.image_components.definition import Definition
from settings.image_components.releases import software


@dataclass(frozen=True)
class Download:
    """A file that a script fetches. `sha256` is None where nobody has told it."""

    software: str
    version: str
    url: str | None
    sha256: str | None


@dataclass(frozen=True)
class Choice:
    """A component as this stack wants it."""

    definition: Definition
    versions: tuple[str, ...]
    downloads: tuple[Download, ...]
    parameters: Mapping[str, str]
    """As the scripts see them, by their name in `component.yaml`."""


def choose(
    definition: Definition,
    *,
    versions: tuple[str, ...],
    checksums: Mapping[str, str],
    parameters: Mapping[str, object],
    os: str,
    architecture: str,
    mirrors: Mapping[str, str],
) -> Choice:
    """Put together what the entry says and what the platform knows."""
    of = software()
    chosen = versions or (tuple(of[definition.software].default) if definition.software else ())
    downloads: list[Download] = []
    for name, wanted in [
        *([(definition.software, chosen)] if definition.software else []),
        *((tool, of[tool].default[:1]) for tool in definition.tools),
    ]:
        known = of[name]
        if known.checked_by:
            continue
        base = mirrors.get(name, known.base_url).rstrip("/")
        for version in wanted:
            path, release = known.path_of(version, os, architecture), known.release(version, os, architecture)
            given = checksums.get(version) if name == definition.software else None
            sha256 = given or (release.sha256 if release else None)
            downloads.append(Download(name, version, f"{base}/{path}" if path else None, sha256))
    values = {name: _text(parameters.get(name, one.default)) for name, one in definition.parameters.items()}
    bases = {
        f"{name}_base_url": mirrors.get(name, of[name].base_url)
        for name in (definition.software, *definition.tools)
        if name
    }
    tools = {f"{name}_version": of[name].default[0] for name in definition.tools}
    return Choice(definition, chosen, tuple(downloads), values | bases | tools)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return " ".join(str(one) for one in value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    return "" if value is None else str(value)
