"""Instances, their keys and addresses."""

from tests.unit.aws_rule_cases.form import Case, Inputs, one, within

INTERFACE = {"networkInterfaceId": "eni-1"}

CASES: dict[str, list[Case]] = {
    "aws:ec2/eip:Eip": [one("domain", "standard", "vpc")],
    "aws:ec2/instance:Instance": [
        one("ami", None, "ami-1"),
        one("instanceType", None, "t3.micro"),
        *(
            ({key: value, "primaryNetworkInterface": INTERFACE}, {"primaryNetworkInterface": INTERFACE})
            for key, value in {
                "associatePublicIpAddress": False,
                "subnetId": "subnet-1",
                "vpcSecurityGroupIds": ["sg-1"],
            }.items()
        ),
        one("primaryNetworkInterface", {**INTERFACE, "deleteOnTermination": True}, INTERFACE),
        one("userData", "é" * 8193, "é" * 8192),
        within("metadataOptions", "httpTokens", "always", "required"),
        within("metadataOptions", "httpEndpoint", "on", "enabled"),
        within("metadataOptions", "httpProtocolIpv6", "on", "disabled"),
        within("metadataOptions", "instanceMetadataTags", "on", "enabled"),
        within("metadataOptions", "httpPutResponseHopLimit", 65, 64),
        within("rootBlockDevice", "volumeType", "gp4", "gp3"),
        within("rootBlockDevice", "volumeSize", 0, 1),
        within("rootBlockDevice", "throughput", 124, 125),
    ],
    "aws:ec2/networkInterface:NetworkInterface": [
        one("description", "a" * 256, "a" * 255),
        one("securityGroups", ["sg-1"] * 17, ["sg-1"] * 16),
    ],
    "aws:ec2/keyPair:KeyPair": [
        one("keyName", "a" * 256, "a" * 255),
        one("publicKey", "-----BEGIN PUBLIC KEY-----", "ssh-ed25519 AAAA me@here"),
    ],
}

GOOD: dict[str, Inputs] = {
    "aws:ec2/instance:Instance": {"ami": "ami-1", "instanceType": "t3.micro"},
    "aws:ec2/keyPair:KeyPair": {"publicKey": "ssh-ed25519 AAAA"},
    "aws:ec2/networkInterface:NetworkInterface": {"subnetId": "subnet-1"},
}
