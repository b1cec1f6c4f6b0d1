"""Directories of AWS's."""

from tests.unit.aws_rule_cases.form import Case, Inputs, one
from tests.unit.aws_standin_rig import secret

NETWORK = {"vpcId": "vpc-1", "subnetIds": ["subnet-1", "subnet-2"]}

CASES: dict[str, list[Case]] = {
    "aws:directoryservice/directory:Directory": [
        one("type", "ADConnector", "MicrosoftAD"),
        one("size", "Medium", "Large"),
        one("edition", "Cheap", "Standard", type="MicrosoftAD"),
        one("name", "corp.example.com.", "corp.example.com"),
        one("vpcSettings", None, NETWORK),
        one("vpcSettings", {**NETWORK, "subnetIds": ["subnet-1"] * 2}, NETWORK),
        one("password", secret("onlysmalls"), secret("Small-and-Big-1")),
        one("shortName", "CO:RP", "CORP"),
        one("description", "a" * 129, "a" * 128),
    ],
}

GOOD: dict[str, Inputs] = {
    "aws:directoryservice/directory:Directory": {"name": "a.b", "password": "Pass-word-1", "vpcSettings": NETWORK},
}
