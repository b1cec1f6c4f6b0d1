"""Operating systems and architectures of images, and how the names of files spell them."""

from typing import Literal

Os = Literal["alinux2023", "ubuntu2204", "ubuntu2404", "rhel8", "rhel9", "rocky8", "rocky9"]
"""Operating systems of ParallelCluster 3.16."""
Architecture = Literal["x86_64", "arm64"]


def words(os: str, architecture: str) -> dict[str, str]:
    """What may stand in braces in a path of versions.yaml, besides the version."""
    arm = architecture == "arm64"
    return {
        "machine": "aarch64" if arm else "x86_64",
        "debian": "arm64" if arm else "amd64",
        "codename": {"ubuntu2204": "jammy", "ubuntu2404": "noble"}.get(os, ""),
        "release": os[-1] if os.startswith(("rhel", "rocky")) else "",
    }


def family(os: str) -> str:
    """deb or rpm."""
    return "deb" if os.startswith("ubuntu") else "rpm"
