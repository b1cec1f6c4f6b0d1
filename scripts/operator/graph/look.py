"""How things look: one colour a subject, and names in full words."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What a service is for. Colours are text that graphviz and SVG know; dark text on `fill` is readable."""

    name: str
    fill: str
    line: str


NETWORK = Subject(name="network", fill="#dbeafe", line="#1d4ed8")
ACCESS = Subject(name="access and secrets", fill="#fee2e2", line="#b91c1c")
STORAGE = Subject(name="storage", fill="#dcfce7", line="#15803d")
DATABASES = Subject(name="databases", fill="#ede9fe", line="#6d28d9")
PEOPLE = Subject(name="directory and users", fill="#fef3c7", line="#b45309")
MACHINES = Subject(name="machines and cluster", fill="#ffedd5", line="#c2410c")
OTHER = Subject(name="other", fill="#f3f4f6", line="#4b5563")
SUBJECTS = (NETWORK, ACCESS, STORAGE, DATABASES, PEOPLE, MACHINES, OTHER)

_BY_TYPE = (
    (r"aws:ec2/(instance|launchTemplate|placementGroup):|parallelcluster:", MACHINES),
    (
        r"aws:ec2/(keyPair|securityGroup|managedPrefixList):|aws:vpc/securityGroup|aws:(iam|secretsmanager|kms|acm)/",
        ACCESS,
    ),
    (r"aws:(ec2|vpc|lb|elb|route53)/", NETWORK),
    (r"aws:(s3|efs|fsx|backup)/", STORAGE),
    (r"aws:(rds|dynamodb)/", DATABASES),
    (r"aws:directoryservice/|command:", PEOPLE),
    (r"hpcstack:index:(Network)$", NETWORK),
    (r"hpcstack:index:(SecurityGroups|NodeAccess|Secret)$", ACCESS),
    (r"hpcstack:index:(Bucket|Storage)$", STORAGE),
    (r"hpcstack:index:(Database|Databases)$", DATABASES),
    (r"hpcstack:index:(Directory|JumpHost|Users)$", PEOPLE),
    (r"hpcstack:index:(Cluster|Image)$", MACHINES),
)


def subject(token: str) -> Subject:
    """What a resource type or a component is for."""
    return next((found for pattern, found in _BY_TYPE if re.match(pattern, token)), OTHER)


def words(kind: str) -> str:
    """`SecurityGroupIngressRule` as "security group ingress rule"; `VpcEndpoint` is "VPC endpoint"."""
    parts = re.findall(r"[A-Z]+(?=[A-Z][a-z]|$)|[A-Z]?[a-z0-9]+", re.sub(r"[vV]2$", "", kind))
    capitals = {"vpc": "VPC", "nat": "NAT", "eip": "elastic IP"}
    return " ".join(capitals.get(part.lower(), part.lower()) for part in parts)
