"""What all kinds of nodes have alike."""

from collections.abc import Sequence
from typing import Any

from planning.endpoints import Endpoints
from planning.merge import Document
from settings.nodes import Dcv, NodeIam, NodeIamS3, RootVolume, S3Access


def only(**values: Any) -> Document:
    return {key: value for key, value in values.items() if value is not None}


def iam(endpoints: Endpoints, team: NodeIam, own: Sequence[Any] = ()) -> Document:
    """Policies: the platform's, among them its `own` for this kind of node, then the team's."""
    platform = [endpoints.ssm_policy_arn, endpoints.node_policy_arn, *endpoints.data_policy_arns, *own]
    policies = [*platform, *team.policies]
    buckets = [_bucket(one) for one in team.s3_access] if isinstance(team, NodeIamS3) else []
    return {"AdditionalIamPolicies": [{"Policy": policy} for policy in policies], **only(S3Access=buckets or None)}


def _bucket(access: S3Access) -> Document:
    return {
        "BucketName": access.bucket_name,
        "EnableWriteAccess": access.enable_write_access,
        **only(KeyName=access.key_name),
    }


def local_storage(root: RootVolume, ephemeral_mount_dir: str | None) -> Document | None:
    """ParallelCluster's `LocalStorage`; None where all is to be as it is by default."""
    volume = only(Size=root.size, VolumeType=root.volume_type, Iops=root.iops, Throughput=root.throughput)
    if volume or not root.encrypted:
        volume["Encrypted"] = root.encrypted
    found = only(
        RootVolume=volume or None,
        EphemeralVolume={"MountDir": ephemeral_mount_dir} if ephemeral_mount_dir else None,
    )
    return found or None


def proxy(address: str | None) -> Document | None:
    return {"HttpProxyAddress": address} if address else None


def dcv(wanted: Dcv) -> Document | None:
    return {"Enabled": True, "Port": wanted.port} if wanted.enabled else None
