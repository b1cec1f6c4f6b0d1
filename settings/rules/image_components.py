"""Components of the image: known, whole, of this operating system, with a checksum for all that is downloaded."""

from collections.abc import Callable, Iterator
from pathlib import Path as File

from settings.image import Component
from settings.image_components import Choice, Definition, Unreadable, choose, read, shipped, software
from settings.image_components.definition import SHIPPED
from settings.model import Settings
from settings.nearest import nearest
from settings.problem import Path, Problem, weighed

_Found = Iterator[Problem]
Described = tuple[Path, Component, Definition]


def definition_of(component: Component) -> Definition | None:
    """What describes a component; None for one of the account. Raises Unreadable, or KeyError for an unknown name."""
    if component.arn:
        return None
    if component.path:
        return read(File(component.path))
    if component.name not in shipped():
        raise KeyError(component.name)
    return read(SHIPPED / str(component.name))


def choice_of(settings: Settings, component: Component, definition: Definition) -> Choice:
    """What an entry comes to in this stack."""
    image = settings.image
    return choose(
        definition,
        versions=component.wanted,
        checksums=component.checksums,
        parameters=component.parameters,
        os=image.os,
        architecture=image.architecture,
        mirrors=image.mirrors,
    )


def _entries(settings: Settings) -> Iterator[tuple[Path, Component]]:
    for index, component in enumerate(settings.image.components):
        yield ("image", "components", index), component


def _described(settings: Settings) -> Iterator[Described]:
    """The entries that can be read; the others are the business of `known`."""
    for path, component in _entries(settings):
        try:
            definition = definition_of(component)
        except (Unreadable, KeyError):
            continue
        if definition and _one_source(component):
            yield path, component, definition


def _one_source(component: Component) -> bool:
    return sum(bool(one) for one in (component.name, component.path, component.arn)) == 1


def known(settings: Settings) -> _Found:
    """Each entry names one component, which there is."""
    for path, component in _entries(settings):
        if not _one_source(component):
            given = [key for key in ("name", "path", "arn") if getattr(component, key)]
            fault = f"has {' and '.join(given)}" if given else "names no component"
            fix = "keep one of them" if given else "add name, such as name: packages"
            yield weighed("component-source", path, given, fault, "one of name, path, arn", fix)
            continue
        try:
            definition_of(component)
        except KeyError:
            near = nearest(str(component.name), shipped()) or shipped()[0]
            text = f"one of {', '.join(shipped())}; a component of the team's own has path"
            where = (*path, "name")
            yield weighed("component-unknown", where, component.name, "is no component", text, f"write {near}")
        except Unreadable as error:
            yield weighed(
                "component-unreadable",
                (*path, "path"),
                component.path,
                f"is no component: {error}",
                "a folder with component.yaml and build.sh, as docs/image.md shows",
                "mend it",
            )


def once(settings: Settings) -> _Found:
    seen: dict[str, Path] = {}
    described = list(_described(settings))
    for path, _, definition in described:
        if definition.name in seen:
            fix = "remove one; `versions` takes several versions" if definition.several else "remove one"
            yield weighed(
                "component-twice",
                path,
                definition.name,
                "is there twice",
                "each component once",
                fix,
                seen[definition.name],
            )
        seen.setdefault(definition.name, path)
    for path, _, definition in described:
        for other in definition.conflicts:
            if other in seen:
                yield weighed(
                    "component-conflict",
                    path,
                    definition.name,
                    f"installs what {other} installs too",
                    f"{definition.name} or {other}",
                    "remove one of them",
                    seen[other],
                )


def of_this_system(settings: Settings) -> _Found:
    image = settings.image
    for path, _, definition in _described(settings):
        for key, wanted, served in (
            ("os", image.os, definition.os),
            ("architecture", image.architecture, definition.architecture),
        ):
            if served and wanted not in served:
                yield weighed(
                    "component-system",
                    path,
                    definition.name,
                    f"is not for image.{key} {wanted}",
                    f"{definition.name} with {', '.join(served)}",
                    f"remove it, or set image.{key} to one of these",
                    ("image", key),
                )


def versions(settings: Settings) -> _Found:
    for path, component, definition in _described(settings):
        wanted, where = component.wanted, (*path, "versions" if component.versions else "version")
        if wanted and not definition.software:
            fix = "remove it"
            yield weighed(
                "component-version",
                where,
                list(wanted),
                f"is no choice of {definition.name}",
                "nothing: it installs no version of its own",
                fix,
            )
        elif definition.software and not definition.several and len(wanted) > 1:
            yield weighed(
                "component-version",
                where,
                list(wanted),
                f"are several versions, and {definition.name} installs one",
                "one version",
                f"keep {wanted[0]}",
            )
        elif definition.software and not wanted and not software()[definition.software].default:
            yield weighed(
                "component-version",
                path,
                definition.name,
                "has no version",
                "a version of the project's releases, and its checksum: their files have none that is published",
                'add version: "<version>" and checksums: {"<version>": <sha256sum of the file>}',
            )


def checksums(settings: Settings) -> _Found:
    """Nothing is downloaded without a checksum, or from a place that nobody knows."""
    image = settings.image
    for path, component, definition in _described(settings):
        for one in choice_of(settings, component, definition).downloads:
            if one.url is None or one.sha256 is None:
                listed = software()[one.software].known(image.os, image.architecture)
                ours = f"{', '.join(listed)} of versions.yaml" if listed else "a version with its checksum"
                fault = f"has no known checksum for {image.os} on {image.architecture}"
                fix = (
                    f'add checksums: {{"{one.version}": <sha256sum of {one.url}>}}' if one.url else "take one of these"
                )
                allowed = f"{ours}, or a version of your own with `checksums`" if one.url else ours
                yield weighed("component-checksum", path, f"{one.software} {one.version}", fault, allowed, fix)
        for version in component.checksums:
            chosen = choice_of(settings, component, definition).versions
            if version not in chosen:
                yield weighed(
                    "component-checksum-spare",
                    (*path, "checksums", version),
                    version,
                    "is no version that this component installs",
                    ", ".join(chosen) or "nothing: no version is named",
                    "remove it, or name the version",
                )


def mirrored(settings: Settings) -> _Found:
    """SingularityCE's project publishes nothing for Amazon Linux."""
    image = settings.image
    for path, _, definition in _described(settings):
        if definition.name == "singularity-ce" and image.os == "alinux2023" and "singularity-ce" not in image.mirrors:
            yield weighed(
                "component-mirror",
                path,
                definition.name,
                "has no package for alinux2023 at its project",
                "a mirror with a package of the team's own",
                "set image.mirrors.singularity-ce to a URL with v<version>/singularity-ce-<version>-1.amzn2023.x86_64.rpm",
                ("image", "os"),
            )


_KINDS: dict[str, tuple[Callable[[object], bool], str]] = {
    "text": (lambda value: isinstance(value, str), "text"),
    "flag": (lambda value: isinstance(value, bool), "true or false"),
    "list": (
        lambda value: isinstance(value, list) and all(isinstance(one, str) and " " not in one for one in value),  # pyright: ignore[reportUnknownVariableType]
        "a list of words without spaces",
    ),
}


def parameters(settings: Settings) -> _Found:
    for path, component, definition in _described(settings):
        declared = definition.parameters
        for name, value in component.parameters.items():
            where = (*path, "parameters", name)
            if name not in declared:
                near = nearest(name, declared)
                fix = f"write {near}" if near else "remove it"
                text = ", ".join(declared) or "none: it has no parameters"
                yield weighed("component-parameter", where, value, f"is no parameter of {definition.name}", text, fix)
            elif not _KINDS[declared[name].kind][0](value):
                kind = _KINDS[declared[name].kind][1]
                yield weighed("component-parameter", where, value, "is of another kind", kind, f"write {kind}")
        for name, one in declared.items():
            if one.default is None and name not in component.parameters:
                yield weighed(
                    "component-parameter",
                    (*path, "parameters"),
                    definition.name,
                    f"has no {name}: {one.description}",
                    _KINDS[one.kind][1],
                    f"add parameters: {{{name}: …}}",
                )


RULES = (known, once, of_this_system, versions, checksums, mirrored, parameters)
