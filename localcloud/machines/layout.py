"""What makes a Debian with Slurm look like a node of ParallelCluster: accounts, folders, units, links.

From the cookbook's resources and templates (aws-parallelcluster-cookbook 3.12: user and group ids, the units of Slurm's daemons,
/opt/slurm, the folders of scripts).
"""

import shutil
import subprocess
from pathlib import Path

from localcloud.errors import LocalCloudError
from localcloud.machines.environments import COOKBOOK, ENVIRONMENTS

PACKAGES = (
    *(
        "systemd",
        "systemd-sysv",
        "dbus",
        "libpam-systemd",
        "iproute2",
        "procps",
        "ca-certificates",
        "curl",
        "jq",
        "sudo",
    ),
    *("openssh-server", "python3", "dos2unix", "libnss-myhostname", "rsync", "less", "bind9-host", "acl"),
    *("slurmctld", "slurmd", "slurmdbd", "slurm-client", "slurm-wlm-basic-plugins", "slurm-wlm-mysql-plugin"),
    *("slurmrestd", "slurm-wlm-jwt-plugin", "munge", "mariadb-server", "postgresql"),
    "stunnel4",  # on ParallelCluster's images for the EFS mount helper: amazon-efs-utils (3.2.0) requires it
    *("sssd-ldap", "libnss-sss", "libpam-sss", "sssd-tools", "libpam-modules"),
)
ACCOUNTS = {
    "passwd": (
        "pcluster-admin:x:400:400::/home/pcluster-admin:/bin/bash\\n"
        "slurm:x:401:401::/home/slurm:/bin/bash\\n"
        "munge:x:402:402::/nonexistent:/usr/sbin/nologin\\n"
    ),
    "group": "pcluster-admin:x:400:\\nslurm:x:401:\\nmunge:x:402:\\npcluster-slurm-share:x:405:slurm,pcluster-admin\\n",
}
"""ParallelCluster's fixed ids (its cookbook's reserved_base_uid 400)."""
_OFF = ("slurmctld", "slurmd", "slurmdbd", "slurmrestd", "munge", "ssh", "sssd", "mariadb", "postgresql")
"""Started by the recipes, when they are configured."""
_MASKED = (
    *("apt-daily.timer", "apt-daily-upgrade.timer", "e2scrub_all.timer", "e2scrub_reap.service", "fstrim.timer"),
    *("dpkg-db-backup.timer", "getty@tty1.service", "console-getty.service", "systemd-networkd-wait-online.service"),
)
_COMMANDS = (
    *(
        "sacct",
        "sacctmgr",
        "salloc",
        "sattach",
        "sbatch",
        "sbcast",
        "scancel",
        "scontrol",
        "scrontab",
        "sdiag",
        "sinfo",
    ),
    *("sprio", "squeue", "sreport", "srun", "sshare", "sstat", "strigger"),
)
_DAEMONS = ("slurmctld", "slurmd", "slurmdbd", "slurmrestd", "slurmstepd")
_FOLDERS = (
    *("etc/parallelcluster/slurm_plugin", "var/log/parallelcluster", "etc/chef", "etc/sysconfig"),
    *("opt/parallelcluster/shared", "opt/parallelcluster/shared_login_nodes", "opt/parallelcluster/scripts/slurm"),
    *("opt/parallelcluster/tmp", "opt/slurm/bin", "opt/slurm/sbin", "opt/slurm/etc", "opt/slurm/lib"),
)
_UNIT = """[Unit]
Description={description}
After=network-online.target munge.service remote-fs.target
Wants=network-online.target
ConditionPathExists=/opt/slurm/etc/{condition}

[Service]
Type=simple
EnvironmentFile=-/etc/sysconfig/{name}
ExecStart=/opt/slurm/sbin/{name} -D -s ${variable}
ExecReload=/bin/kill -HUP $MAINPID
{more}

[Install]
WantedBy=multi-user.target
"""
_UNITS = {
    "slurmctld": (
        "Slurm controller daemon",
        "slurm.conf",
        "LimitNOFILE=562930\nLimitMEMLOCK=infinity\nLimitSTACK=infinity",
    ),
    "slurmdbd": ("Slurm DBD accounting daemon", "slurmdbd.conf", "LimitNOFILE=65536\nTimeoutStartSec=5000"),
    "slurmd": (
        "Slurm node daemon",
        "slurm.conf",
        "KillMode=process\nLimitNOFILE=131072\nLimitMEMLOCK=infinity\nLimitSTACK=infinity\nDelegate=yes",
    ),
}


def apply(root: Path) -> None:
    """Change the root file system `root` in place."""
    for folder in _FOLDERS:
        (root / folder).mkdir(parents=True, exist_ok=True)
    _slurm(root)
    (root / "etc/machine-id").write_text("")
    (root / "opt/parallelcluster/.bootstrapped").write_text("aws-parallelcluster-cookbook-3.16.1\n")
    bootstrap = f"export CFN_BOOTSTRAP_VIRTUALENV_PATH={ENVIRONMENTS}/cfn_bootstrap_virtualenv/bin\n"
    (root / "etc/parallelcluster/pcluster_cookbook_environment.sh").write_text(bootstrap)
    (root / "etc/profile.d/slurm.sh").write_text("PATH=$PATH:/opt/slurm/bin\nexport PATH\n")
    (root / "usr/local/bin/aws").symlink_to(COOKBOOK / "aws")
    for unit in _OFF:
        _inside(root, "systemctl", "disable", "-q", unit)
    for unit in _MASKED:
        _inside(root, "systemctl", "mask", "-q", unit)
    for folder in ("etc/munge", "var/lib/munge", "var/log/munge"):
        _inside(root, "chown", "munge:munge", f"/{folder}")
    # Each machine makes its own, as instances do.
    for key in (root / "etc/ssh").glob("ssh_host_*"):
        key.unlink()


def _slurm(root: Path) -> None:
    for kind, names in (("bin", _COMMANDS), ("sbin", _DAEMONS)):
        for name in names:
            (root / "opt/slurm" / kind / name).symlink_to(f"/usr/{kind}/{name}")
    (plugins,) = root.glob("usr/lib/*/slurm-wlm")
    (root / "opt/slurm/lib/slurm").symlink_to(f"/{plugins.relative_to(root)}")
    # Debian's compiled-in folder is ParallelCluster's.
    configuration = root / "etc/slurm"
    shutil.rmtree(configuration)
    configuration.symlink_to("/opt/slurm/etc")
    for name, (description, condition, more) in _UNITS.items():
        unit = _UNIT.format(
            description=description, condition=condition, name=name, variable=f"{name.upper()}_OPTIONS", more=more
        )
        (root / f"etc/systemd/system/{name}.service").write_text(unit)


def _inside(root: Path, *command: str) -> None:
    done = subprocess.run(["chroot", str(root), *command], capture_output=True, text=True, check=False)
    if done.returncode:
        raise LocalCloudError(f"{' '.join(command)} failed in the machines' root file system: {done.stderr.strip()}")
