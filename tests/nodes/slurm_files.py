"""What ParallelCluster's recipes leave on a head node, for `tests.nodes.slurm_machine`: its node is static and always on."""

from pathlib import Path

from localcloud.machines.node import facts, slurm_conf
from localcloud.machines.node.facts import Node
from localcloud.machines.node.slurm_conf import ETC

ADDRESS, NAME, CLUSTER = "10.77.0.10", "ip-10-77-0-10", "team"
QUEUE, NODE = "q1", "q1-st-c5-1"
_PASSWORD = "of-this-machine-only"
DATABASE = f"""CREATE DATABASE slurm_team;
CREATE USER slurm_db_admin@localhost IDENTIFIED BY '{_PASSWORD}';
GRANT ALL ON slurm_team.* TO slurm_db_admin@localhost;
"""
_PARTITION = f"""NodeName={NODE} NodeHostname={NAME} NodeAddr={ADDRESS} CPUs=2 RealMemory=512 State=UNKNOWN Feature=static
NodeSet={QUEUE}_nodes Nodes={NODE}
PartitionName={QUEUE} Nodes={QUEUE}_nodes MaxTime=INFINITE State=UP Default=YES
"""
_ACCOUNTING = f"""AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost={NAME}
AccountingStoragePort=6819
AccountingStorageUser=slurm
JobAcctGatherType=jobacct_gather/linux
"""
_DAEMON = """AuthType=auth/munge
LogFile=/var/log/slurmdbd.log
DbdPort=6819
SlurmUser=slurm
StorageType=accounting_storage/mysql
include slurm_parallelcluster_slurmdbd.conf
"""
_STORAGE = f"""DbdHost={NAME}
StorageHost=localhost
StorageLoc=slurm_team
StorageUser=slurm_db_admin
StoragePass={_PASSWORD}
"""
_AWS = """#!/bin/sh
# Secrets and objects from a folder, in the words of the AWS CLI that programs of nodes use.
words="$*"
case "$words" in
"secretsmanager get-secret-value "*)
	arn=${words#*--secret-id }
	arn=${arn%% *}
	cat "/srv/aws/secrets/$arn" 2>/dev/null && echo && exit
	echo "An error occurred (ResourceNotFoundException): Secrets Manager can't find the specified secret." >&2 ;;
"s3 cp --only-show-errors "*)
	cp "/srv/aws/objects/${4#s3://}" "$5" 2>/dev/null && exit
	echo "fatal error: An error occurred (404) when calling the HeadObject operation: Key does not exist" >&2 ;;
*) echo "aws: not known here: $words" >&2 ;;
esac
exit 254
"""


def write(root: Path, *, accounting: bool) -> None:
    """Into the root folder of a machine that is to boot."""

    def file(path: str, text: str, mode: int) -> None:
        target = root / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
        target.chmod(mode)

    node = Node(
        "HeadNode", "eu-west-1", CLUSTER, "i-0", "c5.large", ADDRESS, NAME, ADDRESS, {"use_private_hostname": "true"}
    )
    included = f"SlurmctldHost={NAME}({ADDRESS})\nSelectTypeParameters=CR_CPU\ninclude {ETC}/pcluster/partition.conf\n"
    included += _ACCOUNTING if accounting else ""
    plain = {
        f"{ETC}/slurm.conf": slurm_conf.main_file(node, 30, 0),
        f"{ETC}/slurm_parallelcluster.conf": included,
        f"{ETC}/pcluster/partition.conf": _PARTITION,
        f"{ETC}/pcluster/custom_slurm_settings_include_file_slurm.conf": slurm_conf.custom(_custom({}), str),
        f"{ETC}/cgroup.conf": "CgroupPlugin=disabled\n",
        f"{ETC}/gres.conf": "# none\n",
        facts.CFNCONFIG: cfnconfig("HeadNode"),
        "/etc/hostname": f"{NAME}\n",
        "/etc/hosts": f"127.0.0.1 localhost\n{ADDRESS} {NAME}\n",
        "/etc/sysconfig/slurmd": f"SLURMD_OPTIONS='-N {NODE} -b'\n",
    }
    for path, text in plain.items():
        file(path, text, 0o644)
    for kind in ("prolog", "epilog"):
        file(f"{ETC}/scripts/{kind}.d/90_pcluster_noop", "#!/bin/bash\nexit 0\n", 0o755)
    if accounting:
        file(f"{ETC}/slurmdbd.conf", _DAEMON, 0o600)
        file(f"{ETC}/slurm_parallelcluster_slurmdbd.conf", _STORAGE, 0o600)
    file("/usr/local/sbin/aws", _AWS, 0o755)


def custom(lines: dict[str, str]) -> str:
    """The file of a cluster's own lines of slurm.conf, as ParallelCluster writes it."""
    return slurm_conf.custom(_custom(lines), str)


def _custom(lines: dict[str, str]) -> dict[str, object]:
    return {"Scheduling": {"SlurmSettings": {"CustomSlurmSettings": [{key: value} for key, value in lines.items()]}}}


def cfnconfig(kind: str, queue: str | None = None) -> str:
    """The file of variables of a kind of node (cookbook: cfnconfig.erb)."""
    values = {
        "stack_name": CLUSTER,
        "cfn_preinstall": '"/opt/parallelcluster/scripts/fetch_and_run --execute-via-cfnconfig -preinstall"',
        "cfn_preinstall_args": "()",
        "cfn_region": "eu-west-1",
        "cfn_scheduler": "slurm",
        "cfn_ephemeral_dir": "/scratch",
        "cfn_node_type": kind,
        "cfn_cluster_user": "ubuntu",
        **({"cfn_head_node": NAME} if kind == "HeadNode" else {"cfn_head_node_private_ip": ADDRESS}),
        **({"cfn_scheduler_queue_name": queue or QUEUE} if kind == "ComputeFleet" else {}),
    }
    return "".join(f"{key}={value}\n" for key, value in values.items())
