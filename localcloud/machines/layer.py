"""What this local cloud lays over the machines' image: the authority that it trusts, its stand-ins, and their settings.

Made anew at each start, in a second: a change of a stand-in needs no new image.
"""

import json
import shutil
from pathlib import Path
from typing import Any

from localcloud.machines import certificate, environments, place

FOLDER = place.FOLDER / "layer"
PROGRAMS = Path("/opt/localcloud")
"""In a machine: the folder from which the package localcloud.machines.node is imported there."""
SETTINGS = PROGRAMS / "settings.json"

_SYSTEM_BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")
_SOURCES = Path(__file__).parent / "node"
_SCONTROL = Path("/opt/slurm/bin/scontrol")
_COMMANDS = {
    environments.ENVIRONMENTS / "cfn_bootstrap_virtualenv/bin/cfn-init": "cfn_init",
    environments.ENVIRONMENTS / "cfn_bootstrap_virtualenv/bin/cfn-signal": "cfn_signal",
    environments.ENVIRONMENTS / "cfn_bootstrap_virtualenv/bin/cfn-hup": "cfn_hup",
    Path("/usr/local/sbin/cinc-client"): "recipes",
    Path("/usr/local/sbin/cloud-init-stand-in"): "cloud_init",
    Path("/usr/local/sbin/database-stand-in"): "database",
    Path("/usr/local/sbin/apt-get"): "packages",
    Path("/usr/sbin/mount.efs"): "mount_efs",
    Path("/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent-ctl"): "cloudwatch_agent ctl",
    Path("/opt/aws/amazon-cloudwatch-agent/bin/amazon-cloudwatch-agent"): "cloudwatch_agent follow",
    Path("/usr/local/bin/get-compute-fleet-status.sh"): "fleet get",
    Path("/usr/local/bin/update-compute-fleet-status.sh"): "fleet update",
    Path("/usr/local/sbin/clusterstatusmgtd"): "fleet watch",
    # ParallelCluster's recipes write it at the node's start; nothing of it depends on the node.
    Path("/opt/parallelcluster/scripts/fetch_and_run"): "custom_actions",
}
"""Command in a machine -> module of localcloud.machines.node, and its first arguments."""
_UNIT = """[Unit]
Description={description}
After=network.target dbus.service systemd-logind.service
ConditionPathExists={condition}

[Service]
Type=oneshot
RemainAfterExit=yes
TimeoutStartSec=infinity
ExecStart=/usr/local/sbin/{program}
KillMode=process

[Install]
WantedBy=multi-user.target
"""
_SYSTEMD = Path("/etc/systemd/system")
_DATABASE = "/etc/localcloud/database.json"
_UNITS = {
    "cloud-final.service": ("User data (stand-in for cloud-init)", f"!{_DATABASE}", "cloud-init-stand-in"),
    "database.service": ("Database (stand-in for RDS)", _DATABASE, "database-stand-in"),
}
"""Unit -> description, the file that must or must not be there, program."""
_PATIENCE = _SYSTEMD.parent / "system.conf.d/localcloud.conf"
_VARIABLES = "AWS_METADATA_SERVICE_TIMEOUT=30 AWS_METADATA_SERVICE_NUM_ATTEMPTS=5"
"""Of all services: by AWS's default a program is without credentials if the metadata service takes more than one second once. EC2's
never does; here it shares few processors with all machines that boot."""


def make(image: Path, settings: dict[str, Any]) -> Path:
    """The layer's folder, for a lower directory above `image`. `settings` reach the stand-ins as they are."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    _trust(image)
    _programs(settings)
    _scontrol()
    _file(_PATIENCE).write_text(f"[Manager]\nDefaultEnvironment={_VARIABLES}\n")
    for name, (description, condition, program) in _UNITS.items():
        text = _UNIT.format(description=description, condition=condition, program=program)
        _file(_SYSTEMD / name).write_text(text)
        _file(_SYSTEMD / "multi-user.target.wants" / name).symlink_to(_SYSTEMD / name)
    return FOLDER


def _trust(image: Path) -> None:
    """All that speaks TLS in a node brings its own list of authorities."""
    authority = certificate.AUTHORITY.read_text()
    bundles = [_SYSTEM_BUNDLE]
    for name in environments.LOCKS:
        found = environments.packages(name)
        bundles += [found / "botocore/cacert.pem", found / "certifi/cacert.pem"]
    for bundle in bundles:
        original = image / bundle.relative_to("/")
        if original.exists():
            _file(bundle).write_text(f"{original.read_text()}\n{authority}")


def _programs(settings: dict[str, Any]) -> None:
    package = _file(PROGRAMS / "localcloud/machines/node/__init__.py").parent
    for folder in (package.parent.parent, package.parent):
        (folder / "__init__.py").write_text("")
    shutil.copytree(_SOURCES, package, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    _file(SETTINGS).write_text(json.dumps(settings, indent=1))
    for command, module in _COMMANDS.items():
        file = _file(command)
        python = f"PYTHONPATH={PROGRAMS} exec {environments.COOKBOOK}/python -m localcloud.machines.node.{module}"
        file.write_text(f'#!/bin/sh\n{python} "$@"\n')
        file.chmod(0o755)


def _scontrol() -> None:
    """In place of the image's link to Slurm's own, which it calls; the head node gives it to the other nodes."""
    file = _file(_SCONTROL)
    shutil.copy(_SOURCES / "scontrol.sh", file)
    file.chmod(0o755)


def _file(path: Path) -> Path:
    """Where a file of the machine is in the layer; its folder is there."""
    found = FOLDER / path.relative_to("/")
    found.parent.mkdir(parents=True, exist_ok=True)
    return found
