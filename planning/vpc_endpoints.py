"""Which of AWS's services machines reach by endpoints inside the VPC."""

from settings import Settings
from settings.homes import shared_folders

GATEWAYS = ("s3", "dynamodb")
"""In every VPC that is made: they cost nothing, and spare what nodes read from buckets the way through a NAT gateway."""
_ALWAYS = (
    # ParallelCluster User Guide, "AWS ParallelCluster in a single subnet with no internet access".
    "logs",
    "cloudformation",
    "ec2",
    # The agent's metrics of memory and disk, on which ParallelCluster's alarms of the head node stand (3.16).
    "monitoring",
    # Session Manager, the only way in (Systems Manager User Guide, "Create VPC endpoints"); older agents need the third.
    "ssm",
    "ssmmessages",
    "ec2messages",
)
_OF_LOGIN_NODES = ("elasticloadbalancing", "autoscaling")
"""The same page of the ParallelCluster User Guide."""
_CHINA = frozenset({"cloudformation", "ec2", "autoscaling"})
"""Services whose names begin with `cn.` there (the same page)."""


def interfaces(settings: Settings) -> tuple[str, ...]:
    """Services with interface endpoints in a VPC that is made: what layout `isolated` needs, and what the stack file adds."""
    network = settings.network
    if network.exists:
        return ()
    own = needed(settings) if network.layout == "isolated" else ()
    return tuple(dict.fromkeys((*own, *network.endpoints)))


def needed(settings: Settings) -> tuple[str, ...]:
    """Services that machines of the platform call, beside those of the gateways."""
    found = [*_ALWAYS]
    rest = settings.cluster.slurm_rest_api
    # The head node reads the REST API's signing key and certificate.
    secrets_of_rest = rest is not None and (rest.jwks is None or rest.tls is not None)
    if settings.directory.kind != "none" or settings.databases.slurm is not None or secrets_of_rest:
        found.append("secretsmanager")
    if settings.cluster.login_nodes.all_pools:
        found += _OF_LOGIN_NODES
    if any(folder.kind == "efs" for folder in shared_folders(settings)):
        # The mount helper asks it for a mount target's address where the name cannot be looked up (amazon-efs-utils).
        found.append("elasticfilesystem")
    return tuple(found)


def service_name(service: str, region: str) -> str:
    """As EC2 calls the endpoint's service: `com.amazonaws.eu-west-1.logs`."""
    china = region.startswith("cn-") and service in _CHINA
    return f"{'cn.' if china else ''}com.amazonaws.{region}.{service}"
