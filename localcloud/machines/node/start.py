"""The step `init`: cfnconfig, the head node's shares, the node's name."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from localcloud.machines.node import aws, facts, storage
from localcloud.machines.node.facts import Node, metadata
from localcloud.machines.node.system import run, wait_for, write

_NAME_SECONDS = 300
_SCRIPTS = "/opt/parallelcluster/scripts/fetch_and_run --execute-via-cfnconfig"


def init(node: Node) -> None:
    write(facts.CFNCONFIG, cfnconfig(node))
    run("ln", "-sf", facts.CFNCONFIG, "/opt/parallelcluster/cfnconfig")
    storage.internal(node)
    if node.kind == facts.HEAD:
        fetch_configuration(node)
    name = node.hostname.split(".")[0]
    if node.kind == facts.COMPUTE:
        name = wait_for(lambda: _slurm_name(node), "the name of this node in the cluster's table", _NAME_SECONDS)
        write(f"{facts.PLUGIN}/slurm_nodename", name)
        write(f"{facts.PLUGIN}/slurm_node_spec.json", json.dumps(_specification(node, name)))
    _take_name(node, name)


def cfnconfig(node: Node) -> str:
    """The file of variables that custom actions read (cookbook: cfnconfig.erb)."""
    dna = node.dna
    values = {
        "stack_name": node.cluster,
        "cfn_preinstall": f'"{_SCRIPTS} -preinstall"',
        "cfn_preinstall_args": "()",
        "cfn_postinstall": f'"{_SCRIPTS} -postinstall"',
        "cfn_postinstall_args": "()",
        "cfn_postupdate": f'"{_SCRIPTS} -postupdate"',
        "cfn_postupdate_args": "()",
        "cfn_region": node.region,
        "cfn_scheduler": dna["scheduler"],
        "cfn_scheduler_slots": "vcpus",
        "cfn_instance_slots": str(os.cpu_count()),
        "cfn_ephemeral_dir": dna.get("ephemeral_dir", "/scratch"),
        "cfn_ebs_shared_dirs": dna.get("ebs_shared_dirs", ""),
        "cfn_proxy": dna.get("proxy", "NONE"),
        "cfn_node_type": node.kind,
        "cfn_cluster_user": dna["cluster_user"],
    }
    if node.kind == facts.HEAD:
        values["cfn_head_node"] = node.hostname.split(".")[0]
    else:
        values["cfn_head_node_private_ip"] = node.head_address
    if node.kind == facts.COMPUTE:
        values["cfn_scheduler_queue_name"] = dna["scheduler_queue_name"]
    return "".join(f"{key}={value}\n" for key, value in values.items())


def fetch_configuration(node: Node) -> None:
    """The cluster's configuration, of the version that dna.json names, and the facts of its instance types."""
    s3 = aws.client("s3", node.region)
    for key, version, path in (
        ("cluster_config_s3_key", "cluster_config_version", f"{facts.SHARED}/cluster-config.yaml"),
        ("instance_types_data_s3_key", "instance_types_data_version", f"{facts.SHARED}/instance-types-data.json"),
    ):
        found = s3.get_object(Bucket=node.dna["cluster_s3_bucket"], Key=node.dna[key], VersionId=node.dna[version])
        write(path, found["Body"].read().decode())
    run("cp", f"{facts.SHARED}/cluster-config.yaml", f"{facts.SHARED_LOGIN}/cluster-config.yaml")


def _slurm_name(node: Node) -> str | None:
    """Under which slurm_resume launched this instance; it writes it after the launch."""
    table = aws.table(node.dna["slurm_ddb_table"], node.region)
    found = table.query(
        IndexName="InstanceId",
        KeyConditionExpression="InstanceId = :instance",
        ExpressionAttributeValues={":instance": node.instance},
        ProjectionExpression="Id",
    )["Items"]
    return str(found[0]["Id"]) if found else None


def _specification(node: Node, name: str) -> dict[str, Any]:
    return {
        "region": node.region,
        "cluster_name": node.cluster,
        "scheduler": "slurm",
        "node_role": node.kind,
        "instance_id": node.instance,
        "compute": {
            "queue-name": node.dna["scheduler_queue_name"],
            "compute-resource": node.dna["scheduler_compute_resource_name"],
            "name": name,
            "node-type": "static" if "-st-" in name else "dynamic",
            "instance-id": node.instance,
            "instance-type": node.instance_type,
            "availability-zone": metadata("meta-data/placement/availability-zone"),
            "address": node.address,
            "hostname": node.hostname,
        },
    }


def _take_name(node: Node, name: str) -> None:
    """Slurm's name is the host's, also as a full name in the cluster's zone."""
    if node.domain:
        resolver = Path("/etc/resolv.conf")
        resolver.write_text(resolver.read_text().replace("search ", f"search {node.domain} "))
    full = f"{name}.{node.domain} " if node.domain and node.kind == facts.COMPUTE else ""
    write("/etc/hostname", f"{name}\n")
    write("/etc/hosts", f"127.0.0.1 localhost\n{node.address} {full}{name} {node.hostname}\n")
    subprocess.run(["hostname", name], check=True)
