"""What a user probably meant: the nearest known word, or the place of a key that stands elsewhere."""

import difflib
from collections.abc import Collection

ELSEWHERE = {
    # ParallelCluster 2, sections and keys of its INI file
    "base_os": "hpcstack:image.os",
    "build": "hpcstack:image.components",
    "cluster_type": "hpcstack:cluster.queues[0].capacityType",
    "compute_instance_type": "hpcstack:cluster.queues[0].instanceTypes",
    "compute_resource_settings": "hpcstack:cluster.queues[0].computeResources",
    "customAmi": "hpcstack:image.ami",
    "custom_ami": "hpcstack:image.ami",
    "additional_iam_policies": "hpcstack:cluster.headNode.iam.policies",
    "dcv_settings": "hpcstack:cluster.headNode.dcv",
    "disable_hyperthreading": "hpcstack:cluster.queues[0].disableSimultaneousMultithreading",
    "ebs_settings": "hpcstack:storage.folders",
    "efs_settings": "hpcstack:storage.folders",
    "enable_efa": "hpcstack:cluster.queues[0].efa",
    "fsx_settings": "hpcstack:storage",
    "initial_count": "hpcstack:cluster.queues[0].minCount",
    "initial_queue_size": "hpcstack:cluster.queues[0].minCount",
    "key_name": "hpcstack:ssh.keyName",
    "maintain_initial_size": "hpcstack:cluster.queues[0].minCount",
    "master_instance_type": "hpcstack:cluster.headNode.instanceType",
    "master_root_volume_size": "hpcstack:cluster.headNode.rootVolume.size",
    "master_subnet_id": "hpcstack:network.privateSubnetIds",
    "max_count": "hpcstack:cluster.queues[0].maxCount",
    "max_queue_size": "hpcstack:cluster.queues[0].maxCount",
    "queue_settings": "hpcstack:cluster.queues",
    "scaledown_idletime": "hpcstack:cluster.scaledownIdletime",
    "shared_dir": "hpcstack:storage.folders[0].mountDir",
    "post_install": "hpcstack:cluster.headNode.customActions.onNodeConfigured",
    "pre_install": "hpcstack:cluster.headNode.customActions.onNodeStart",
    "scaling_settings": "hpcstack:cluster.scaledownIdletime",
    "spot_price": "hpcstack:cluster.queues[0].spotPrice",
    "vpc_settings": "hpcstack:network",
    # ParallelCluster 3
    "ComputeResources": "hpcstack:cluster.queues[0].computeResources",
    "CustomAmi": "hpcstack:image.ami",
    "CustomSlurmSettings": "hpcstack:cluster.customSlurmSettings",
    "CustomSlurmSettingsIncludeFile": "hpcstack:cluster.customSlurmSettings",
    "customSlurmSettingsIncludeFile": "hpcstack:cluster.customSlurmSettings",
    "ComputeSettings": "hpcstack:cluster.queues[0].rootVolume",
    "Database": "hpcstack:databases.slurm",
    "DirectoryService": "hpcstack:directory",
    "HeadNode": "hpcstack:cluster.headNode",
    "Iam": "hpcstack:cluster.iam",
    "Image": "hpcstack:image",
    "LocalStorage": "hpcstack:cluster.headNode.rootVolume",
    "LoginNodes": "hpcstack:cluster.loginNodes",
    "Pools": "hpcstack:cluster.loginNodes.pools",
    "Region": "hpcstack:region",
    "ScaledownIdletime": "hpcstack:cluster.scaledownIdletime",
    "Scheduling": "hpcstack:cluster.queues",
    "SharedStorage": "hpcstack:storage.folders",
    "SlurmQueues": "hpcstack:cluster.queues",
    "Tags": "hpcstack:tags",
    # words that people look for
    "spot": "hpcstack:cluster.queues[0].capacityType",
    "capacityType": "hpcstack:cluster.queues[0].capacityType, of compute nodes only",
    "spotPrice": "hpcstack:cluster.queues[0].spotPrice, of compute nodes only",
    "adminPassword": "hpcstack:directoryAdminPassword",
    "keyName": "hpcstack:ssh.keyName",
    "key": "hpcstack:ssh.keyName",
    "os": "hpcstack:image.os",
    "subnetIds": "hpcstack:network.privateSubnetIds",
    "vpc": "hpcstack:network.vpcId",
    "vpcId": "hpcstack:network.vpcId",
}
"""Keys of other tools, and where what they mean is said here. The scheduler is Slurm: it has no key."""

PASSWORDS = {
    "databases.applications": "applicationsDatabasePassword",
    "databases.slurm": "slurmDatabasePassword",
    "directory": "directoryAdminPassword",
    "jumpHost": "jumpHostPrivateKey",
}
"""Where a section's secret is set instead."""


def nearest(word: str, known: Collection[str], cutoff: float = 0.6) -> str | None:
    """The known word that is most like this one, whatever its case."""
    lower: dict[str, str] = {one.lower(): one for one in known}
    found = difflib.get_close_matches(word.lower(), lower, n=1, cutoff=cutoff)
    return lower[found[0]] if found else None
