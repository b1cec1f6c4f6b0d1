"""The components' table of docs/image.md: `python -m settings.image_components.reference` writes it there."""

from collections.abc import Iterator
from pathlib import Path

from settings.image_components.definition import SHIPPED, Definition, read, shipped
from settings.image_components.releases import software

PAGE = Path(__file__).parent.parent.parent / "docs" / "image.md"
BEGIN, END = "<!-- written by settings.image_components.reference -->\n", "<!-- end -->\n"


def table() -> str:
    """Markdown: what each component does, for what, at which version, with which parameters."""
    return "\n".join(["| component | what | version | parameters |", "| --- | --- | --- | --- |", *_rows(), ""])


def page() -> str:
    """The page with the table of today."""
    before, _, rest = PAGE.read_text().partition(BEGIN)
    return f"{before}{BEGIN}\n{table()}\n{END}{rest.partition(END)[2]}"


def _rows() -> Iterator[str]:
    for name in shipped():
        one = read(SHIPPED / name)
        systems = f" Not for {_not(one)}." if _not(one) else ""
        yield f"| `{name}` | {one.description}{systems} | {_versions(one)} | {_parameters(one)} |"


def _not(one: Definition) -> str:
    everywhere = ("alinux2023", "ubuntu2204", "ubuntu2404", "rhel8", "rhel9", "rocky8", "rocky9")
    left_out = [os for os in everywhere if one.os and os not in one.os]
    return ", ".join(left_out)


def _versions(one: Definition) -> str:
    if not one.software:
        return ""
    known = software()[one.software]
    if not known.default:
        return "yours, with its checksum"
    some = [system for system in ("x86_64", "arm64") if not known.checked_by and not known.known("ubuntu2404", system)]
    return ", ".join(known.default) + (f"; on {' and '.join(some)} yours, with its checksum" if some else "")


def _parameters(one: Definition) -> str:
    return "<br>".join(f"`{name}` ({value.kind}): {value.description}" for name, value in one.parameters.items())


if __name__ == "__main__":
    PAGE.write_text(page())
    print("docs/image.md is written")
