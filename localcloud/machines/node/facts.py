"""What a node knows about itself: instance metadata, ParallelCluster's dna.json, the local cloud's settings."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ENVIRONMENTS = "/opt/parallelcluster/pyenv/versions/3.13/envs"
NODE, COOKBOOK = f"{ENVIRONMENTS}/node_virtualenv/bin", f"{ENVIRONMENTS}/cookbook_virtualenv/bin"
SLURM = "/opt/slurm"
SHARED, SHARED_LOGIN = "/opt/parallelcluster/shared", "/opt/parallelcluster/shared_login_nodes"
PLUGIN = "/etc/parallelcluster/slurm_plugin"
LOGS = "/var/log/parallelcluster"
ERROR_FILE = f"{LOGS}/bootstrap_error_msg"
CFNCONFIG = "/etc/parallelcluster/cfnconfig"
STORES = Path("/srv/localcloud")
"""The stacks' file systems, one folder each, where the local cloud shows them to all machines."""
HEAD, COMPUTE, LOGIN = "HeadNode", "ComputeFleet", "LoginNode"

_METADATA = "http://169.254.169.254/latest/"
_SETTINGS = Path("/opt/localcloud/settings.json")
_ANSWER_SECONDS = 60
"""Of the metadata service, which shares few processors with all machines that boot."""


@dataclass(frozen=True)
class Node:
    """`dna` is what ParallelCluster tells its cookbook (dna.json, "cluster")."""

    kind: str
    region: str
    cluster: str
    instance: str
    instance_type: str
    address: str
    hostname: str
    """The full name that EC2 gives, ip-a-b-c-d.ec2.internal."""
    head_address: str
    dna: dict[str, Any]

    @property
    def domain(self) -> str:
        """Of the names of compute nodes, without the last dot; empty if the cluster has none."""
        return str(self.dna.get("dns_domain") or "").rstrip(".")

    @property
    def shares(self) -> Path:
        """What the head node gives to the others over NFS, here a folder of its own."""
        return STORES / f"head-node-{self.head_address}"


@cache
def this_node() -> Node:
    dna = json.loads(Path("/etc/chef/dna.json").read_text())["cluster"]
    address = metadata("meta-data/local-ipv4")
    return Node(
        kind=dna["node_type"],
        region=dna["region"],
        cluster=dna["stack_name"] if dna["node_type"] != LOGIN else dna.get("cluster_name", dna.get("stack_name")),
        instance=metadata("meta-data/instance-id"),
        instance_type=metadata("meta-data/instance-type"),
        address=address,
        hostname=metadata("meta-data/local-hostname"),
        head_address=address if dna["node_type"] == HEAD else dna["head_node_private_ip"],
        dna=dna,
    )


def setting(name: str) -> float:
    """One of the local cloud's settings (localcloud.machines.pace)."""
    return float(json.loads(_SETTINGS.read_text())[name])


def own_key() -> str | None:
    """The public key with which the instance was launched, if any."""
    try:
        return metadata("meta-data/public-keys/0/openssh-key").strip()
    except urllib.error.HTTPError:
        return None


def metadata(path: str) -> str:
    """Of the instance metadata service, version 2. Raises urllib.error.HTTPError."""
    wanted = urllib.request.Request(
        f"{_METADATA}api/token", method="PUT", headers={"X-aws-ec2-metadata-token-ttl-seconds": "300"}
    )
    with urllib.request.urlopen(wanted, timeout=_ANSWER_SECONDS) as answer:
        token = answer.read().decode()
    asked = urllib.request.Request(_METADATA + path, headers={"X-aws-ec2-metadata-token": token})
    with urllib.request.urlopen(asked, timeout=_ANSWER_SECONDS) as answer:
        return str(answer.read().decode())
