"""The Python environments of a node, where ParallelCluster has them, from locks that pin every wheel by hash."""

import re
import shutil
import subprocess
from pathlib import Path

from localcloud import bytecode, paths
from localcloud.errors import LocalCloudError

PYTHON = "3.13"
"""Debian trixie's."""
ENVIRONMENTS = Path(f"/opt/parallelcluster/pyenv/versions/{PYTHON}/envs")
"""In a node."""
LOCKS = {
    "node_virtualenv": Path(__file__).parent / "environments" / "node.txt",
    "cookbook_virtualenv": Path(__file__).parent / "environments" / "cookbook.txt",
}
NODE, COOKBOOK = (ENVIRONMENTS / name / "bin" for name in LOCKS)
_SHEBANG = re.compile(rb"^#!.*")
_SECONDS = 900


def packages(name: str) -> Path:
    """Where an environment's packages are, in a node."""
    return ENVIRONMENTS / name / "lib" / f"python{PYTHON}" / "site-packages"


def make(root: Path, name: str) -> None:
    """Make the environment `name` in the root file system `root`. Raises LocalCloudError."""
    place = ENVIRONMENTS / name
    _run(["chroot", str(root), "/usr/bin/python3", "-m", "venv", "--without-pip", str(place)], name)
    target = _within(root, packages(name))
    _run([*_installer(), "--target", str(target), "--requirement", str(LOCKS[name])], name)
    # The commands were written for the Python that installed them.
    for program in sorted((target / "bin").iterdir()):
        if program.is_file():
            content = _SHEBANG.sub(f"#!{place}/bin/python".encode(), program.read_bytes(), count=1)
            command = _within(root, place / "bin" / program.name)
            command.write_bytes(content)
            command.chmod(0o755)
    shutil.rmtree(target / "bin")
    # Each machine would compile what it imports, boto3 and the AWS CLI, at its start: its disk is new each time.
    compile_all = ["/usr/bin/python3", "-m", "compileall", "-q", str(packages(name))]
    _run(["chroot", str(root), *compile_all], name)


def _installer() -> list[str]:
    uv = shutil.which("uv") or shutil.which("uv", path=str(paths.ROOT / ".tools" / "bin"))
    if uv is None:
        raise LocalCloudError("uv is needed to make machines: run the command by ./justw, which fetches it")
    install = [uv, "pip", "install", "--quiet", "--require-hashes", "--only-binary", ":all:", "--no-deps"]
    return [*install, "--python-version", PYTHON, "--link-mode", "copy"]


def _within(root: Path, path: Path) -> Path:
    return root / path.relative_to("/")


def _run(command: list[str], name: str) -> None:
    kept = {
        key: value
        for key, value in bytecode.not_ours().items()
        if key not in ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME")
    }
    done = subprocess.run(
        command, env=kept, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_SECONDS, check=False
    )
    if done.returncode:
        raise LocalCloudError(f"the machines' {name} cannot be made: {' '.join(done.stderr.split())[-500:]}")
