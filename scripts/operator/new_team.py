"""`just new-team NAME`: a team's stack file, copied from Pulumi.dev.yaml with the team's name in it."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
_NAME = re.compile(r"^[a-z][a-z0-9-]{0,18}[a-z0-9]$")


def new_team(name: str, folder: Path) -> Path:
    """Write Pulumi.<name>.yaml. Raises ValueError for a bad name or a stack file that exists."""
    if not _NAME.match(name):
        raise ValueError(f'"{name}" is no team name: 2 to 20 lower-case letters, digits and hyphens, a letter first')
    target = folder / f"Pulumi.{name}.yaml"
    text = (folder / "Pulumi.dev.yaml").read_text()
    text = re.sub(r"(?m)^  hpcstack:team: .*$", f"  hpcstack:team: {name}", text)
    text = text.replace("hpc.genomics.internal", f"hpc.{name}.internal")
    try:
        with target.open("x") as file:
            file.write(text)
    except FileExistsError:
        raise ValueError(f"{target.name} exists: edit it, or choose another name") from None
    return target


def main() -> int:
    if len(sys.argv) != 2 or sys.argv[1] in ("-h", "--help"):
        print("usage: just new-team NAME")
        return 0 if sys.argv[1:] in (["-h"], ["--help"]) else 2
    try:
        target = new_team(sys.argv[1], ROOT)
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(
        f"{target.name} written. Next: edit it, then\n  pulumi stack init {sys.argv[1]}\n  just preview {sys.argv[1]}"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
