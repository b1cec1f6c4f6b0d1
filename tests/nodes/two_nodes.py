"""Two nodes of one cluster in one machine: each has its own /etc and what the programs keep, and all else is shared."""

import subprocess

from localcloud.machines import running
from scripts.node import bundle
from tests.nodes.slurm_machine import SlurmMachine

_NODE = """
set -e
mount -t tmpfs node /mnt
mkdir /mnt/upper /mnt/work /mnt/run /mnt/lib
mount -t overlay node -o lowerdir=/etc,upperdir=/mnt/upper,workdir=/mnt/work /etc
mkdir -p /run/hpcstack /var/lib/hpcstack
cp -a /var/lib/hpcstack/. /mnt/lib/
mount --bind /mnt/run /run/hpcstack
mount --bind /mnt/lib /var/lib/hpcstack
hostname "$1"
touch "/tmp/ready-$1"
shift
until [ -e /tmp/go ]; do sleep 0.01; done
exec "$@"
"""


def at_once(machine: SlurmMachine, name: str, *arguments: str) -> list[subprocess.CompletedProcess[str]]:
    """A program on both nodes, begun at the same moment."""
    file = machine.path("/tmp/both")
    file.write_bytes(bundle.build(name))
    file.chmod(0o700)
    command = ["unshare", "--mount", "--uts", "sh", "-c", _NODE, "node"]
    started = [
        subprocess.Popen(
            running.inside(machine.leader, [*command, f"node-{number}", "/tmp/both", *arguments]),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for number in (1, 2)
    ]
    try:
        machine.wait("test -e /tmp/ready-node-1 -a -e /tmp/ready-node-2")
        machine.write("/tmp/go", "")
        said = [one.communicate(timeout=900)[0] for one in started]
    finally:
        for name in ("/tmp/go", "/tmp/both", "/tmp/ready-node-1", "/tmp/ready-node-2"):
            machine.path(name).unlink(missing_ok=True)
    return [
        subprocess.CompletedProcess(one.args, one.returncode, text, "") for one, text in zip(started, said, strict=True)
    ]
