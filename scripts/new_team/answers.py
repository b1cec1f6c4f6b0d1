"""What is asked, and what stands where nothing is answered."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Question:
    flag: str
    place: str
    """The stack file's key that the answer ends up in, dotted."""
    text: str
    default: str
    """Empty where there must be an answer."""
    whole: bool = False
    """Whether the answer is a whole number."""

    @property
    def name(self) -> str:
        """As argparse calls the flag's value."""
        return self.flag.replace("-", "_")


QUESTIONS = (
    Question("email", "email", "Whom to ask about this platform (e-mail)", ""),
    Question("region", "region", "AWS region", "eu-west-1"),
    Question("environment", "environment", "dev, or prod, which guards what cannot be made again", "dev"),
    Question("directory", "directory.kind", "Directory of accounts: none, managed-ad or samba-ad", "none"),
    Question("users", "users.count", "How many accounts to make in it", "0", whole=True),
    Question(
        "instance-type", "cluster.queues[0].instanceTypes", "EC2 instance type of the queue's nodes", "c6i.xlarge"
    ),
    Question("max-nodes", "cluster.queues[0].maxCount", "How many nodes the queue has at most", "4", whole=True),
    Question("budget", "budget.amount", "Budget in USD a month; 0 for none", "0", whole=True),
)
MADE = ("none", "managed-ad", "samba-ad")
"""Directories that need no more answers than these."""


def configuration(team: str, given: dict[str, Any]) -> dict[str, Any]:
    """The keys of the stack file, without namespace; `given` holds a value for each question."""
    directory, users, budget = given["directory"], given["users"], given["budget"]
    config: dict[str, Any] = {"team": team, "email": given["email"], "region": given["region"]}
    config["environment"] = given["environment"]
    if directory != "none":
        config["directory"] = {"kind": directory, "domainName": f"hpc.{team[:15].rstrip('-')}.internal"}
        config["jumpHost"] = {"kind": "ec2"}
    if users:
        config["users"] = {"count": users}
    queue = {"name": "compute", "instanceTypes": [given["instance_type"]], "maxCount": given["max_nodes"]}
    config["storage"] = {"home": "efs"}
    config["cluster"] = {"queues": [queue]}
    if budget:
        config["budget"] = {"amount": budget}
    return config
