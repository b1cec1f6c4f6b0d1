"""How nodes reach a directory that AWS runs: an endpoint with TLS, a name that they find, a certificate that they trust."""

from typing import Any

import pytest

from components import x509
from planning import directory as planned
from planning import names
from tests.unit.everything import EXISTING_DIRECTORY
from tests.unit.node_manifests import steps
from tests.unit.recorder import Recorder, run

CLUSTER = "parallelcluster:index:Cluster"
HOST = {"jumpHost": {"kind": "ec2"}, "ssh": {"keyName": "team"}}
ARN = "arn:aws:acm:eu-west-1:123456789012:certificate/0123"
NETWORK = {
    "vpcId": "vpc-0123456789abcdef0",
    "publicSubnetIds": ["subnet-0123456789abcdef0"],
    "privateSubnetIds": ["subnet-0123456789abcdef1", "subnet-0123456789abcdef2"],
}


@pytest.fixture(scope="module", params=["managed-ad", "simple-ad"])
def made(request: pytest.FixtureRequest) -> Recorder:
    return run(directory={"kind": request.param}, **HOST)


def joined(recorder: Recorder) -> dict[str, Any]:
    return recorder.one(CLUSTER).inputs["configuration"]["DirectoryService"]


def test_tls_ends_inside_the_network_and_leads_to_both_controllers(made: Recorder) -> None:
    balancer = made.one("aws:lb/loadBalancer:LoadBalancer").inputs
    assert (balancer["internal"], balancer["loadBalancerType"]) == (True, "network")
    # Its name is taken while it is there.
    assert made.one("aws:lb/loadBalancer:LoadBalancer").options["deleteBeforeReplace"] is True
    assert balancer["subnets"] == ["genomics-dev-private-0-id", "genomics-dev-private-1-id"]
    listener, group = made.one("aws:lb/listener:Listener").inputs, made.one("aws:lb/targetGroup:TargetGroup").inputs
    assert (listener["port"], listener["protocol"]) == (636, "TLS")
    assert (group["port"], group["protocol"], group["targetType"]) == (389, "TCP", "ip")
    targets = made.named("aws:lb/targetGroupAttachment:TargetGroupAttachment")
    assert sorted((one.inputs["targetId"], one.inputs["port"]) for one in targets) == [
        ("10.0.0.2", 389),
        ("10.0.1.2", 389),
    ]


def test_only_nodes_and_jump_host_get_in_and_only_controllers_are_reached(made: Recorder) -> None:
    group = "genomics-dev-directory-ldaps-id"
    rules = [
        one.inputs
        for kind in ("Ingress", "Egress")
        for one in made.named(f"aws:vpc/securityGroup{kind}Rule:SecurityGroup{kind}Rule")
        if one.inputs["securityGroupId"] == group
    ]
    assert made.one("aws:lb/loadBalancer:LoadBalancer").inputs["securityGroups"] == [group]
    assert {(one.get("referencedSecurityGroupId"), one.get("cidrIpv4"), one["fromPort"]) for one in rules} == {
        ("genomics-dev-head-id", None, 636),
        ("genomics-dev-compute-id", None, 636),
        ("genomics-dev-jump-host-id", None, 636),
        (None, "10.0.0.2/32", 389),
        (None, "10.0.1.2/32", 389),
    }


def test_the_name_stands_in_a_zone_of_its_own_and_in_the_certificate(made: Recorder) -> None:
    zone, record = made.one("aws:route53/zone:Zone").inputs, made.one("aws:route53/record:Record").inputs
    assert (zone["name"], zone["vpcs"]) == ("ldaps.hpc.internal", [{"vpcId": "genomics-dev-vpc-id"}])
    (alias,) = record["aliases"]
    assert (record["name"], alias["name"]) == ("ldaps.hpc.internal", "genomics-dev-directory-ldaps.elb")
    imported = made.one("aws:acm/certificate:Certificate").inputs
    bundle = imported["certificateBody"]
    assert x509.misfit(bundle, imported["certificateChain"], ["ldaps.hpc.internal"], []) == ""
    assert made.one("aws:lb/listener:Listener").inputs["certificateArn"] == "arn:genomics-dev-directory-ldaps"


def test_nodes_join_with_the_stacks_own_authority(made: Recorder) -> None:
    section = joined(made)
    assert section["DomainAddr"] == made.outputs["ldaps_uri"] == "ldaps://ldaps.hpc.internal"
    assert section["LdapTlsReqCert"] == "hard"
    assert section["DomainReadOnlyUser"].startswith("cn=ReadOnlyUser,ou=Service,")
    assert section["PasswordSecretArn"].endswith(":genomics-dev-directory-read-only-AbCdEf")
    (stored,) = (one for one in made.named("aws:s3/bucketObjectv2:BucketObjectv2") if "directory-ca" in one.name)
    assert stored.inputs["content"] == made.outputs["ldaps_ca_certificate"]
    assert made.one("aws:acm/certificate:Certificate").inputs["certificateChain"] == stored.inputs["content"]
    ((program, (uri, _)),) = steps(made, "head", "OnNodeStart")
    assert (program, uri.endswith(stored.inputs["key"])) == ("install-ca-certificate.sh", True)
    # The tool speaks to the controllers themselves, which show no certificate.
    assert "directory_ca_certificate" not in made.outputs


def test_the_cluster_waits_for_the_endpoint(made: Recorder) -> None:
    waited = made.one(CLUSTER).options["dependencies"]
    assert {"listener:Listener", "record:Record", "targetGroupAttachment:TargetGroupAttachment"} <= {
        urn.split("::")[2].rpartition("/")[2] for urn in waited
    }


def test_a_given_certificate_takes_no_authority_of_the_stack() -> None:
    ldaps = {"name": "ldap.example.org", "certificateArn": ARN}
    made = run(directory={"kind": "managed-ad", "ldaps": ldaps, "caCertificate": PEM}, **HOST)
    assert made.one("aws:lb/listener:Listener").inputs["certificateArn"] == ARN
    assert made.one("aws:route53/zone:Zone").inputs["name"] == "ldap.example.org"
    assert not made.named("hpcstack:index:CertificateAuthority")
    assert joined(made)["DomainAddr"] == "ldaps://ldap.example.org"
    assert made.outputs["ldaps_ca_certificate"] == PEM
    # The tool speaks to the controllers themselves, which show no certificate.
    assert "directory_ca_certificate" not in made.outputs


def test_a_certificate_of_a_public_authority_is_trusted_by_the_image() -> None:
    ldaps = {"name": "ldap.example.org", "certificateArn": ARN}
    made = run(directory={"kind": "simple-ad", "ldaps": ldaps}, **HOST)
    assert "LdapTlsCaCert" not in joined(made)
    assert "CustomActions" not in made.one(CLUSTER).inputs["configuration"]["HeadNode"]
    assert "ldaps_ca_certificate" not in made.outputs


def test_an_endpoint_of_ones_own_is_used_as_it_is() -> None:
    made = run(directory={"kind": "managed-ad", "serverName": "dc1.hpc.internal", "caCertificate": PEM}, **HOST)
    assert not made.named("aws:lb/loadBalancer:LoadBalancer")
    assert joined(made)["DomainAddr"] == "ldaps://dc1.hpc.internal"
    assert joined(made)["LdapTlsCaCert"] == "/etc/hpcstack/directory-ca.pem"


PEM = "-----BEGIN CERTIFICATE-----\n"


def test_an_existing_network_gets_the_name_and_nothing_else_of_it_changes() -> None:
    made = run(directory={"kind": "managed-ad"}, network=NETWORK, **HOST)
    assert made.one("aws:route53/zone:Zone").inputs["vpcs"] == [{"vpcId": NETWORK["vpcId"]}]
    assert made.one("aws:lb/loadBalancer:LoadBalancer").inputs["subnets"] == NETWORK["privateSubnetIds"]
    assert not made.named("aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation")


def test_a_rule_leads_to_the_controllers_and_leaves_the_network_its_own_name_servers() -> None:
    made = run(directory={"kind": "managed-ad", "resolution": "resolver-rule"}, network=NETWORK, **HOST)
    rule = made.one("aws:route53/resolverRule:ResolverRule").inputs
    assert (rule["domainName"], rule["ruleType"]) == ("hpc.internal", "FORWARD")
    assert [target["ip"] for target in rule["targetIps"]] == ["10.0.0.2", "10.0.1.2"]
    assert made.one("aws:route53/resolverRuleAssociation:ResolverRuleAssociation").inputs["vpcId"] == NETWORK["vpcId"]
    endpoint = made.one("aws:route53/resolverEndpoint:ResolverEndpoint").inputs
    assert [one["subnetId"] for one in endpoint["ipAddresses"]] == NETWORK["privateSubnetIds"]
    (group,) = endpoint["securityGroupIds"]
    rules = made.named("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")
    out = {
        (one.inputs["ipProtocol"], one.inputs["cidrIpv4"]) for one in rules if one.inputs["securityGroupId"] == group
    }
    assert out == {(protocol, f"10.0.{n}.2/32") for protocol in ("udp", "tcp") for n in range(2)}
    assert not made.named("aws:ec2/vpcDhcpOptions:VpcDhcpOptions")
    assert made.one("aws:route53/zone:Zone").inputs["name"] == "ldaps.hpc.internal"


def test_controllers_are_the_name_servers_of_a_network_that_is_made() -> None:
    directory = {"kind": "simple-ad", "resolution": "dhcp-options", "ldaps": {"name": "ldaps.hpc-internal.internal"}}
    made = run(directory=directory, **HOST)
    options = made.one("aws:ec2/vpcDhcpOptions:VpcDhcpOptions").inputs
    assert (options["domainName"], options["domainNameServers"]) == ("hpc.internal", ["10.0.0.2", "10.0.1.2"])
    linked = made.one("aws:ec2/vpcDhcpOptionsAssociation:VpcDhcpOptionsAssociation").inputs
    assert linked["vpcId"] == "genomics-dev-vpc-id"
    assert joined(made)["DomainAddr"] == "ldaps://ldaps.hpc-internal.internal"
    # Without groups everybody whose account is enabled.
    assert "LdapAccessFilter" not in joined(made)


def test_a_rule_leads_to_all_controllers_of_an_existing_directory() -> None:
    servers, reader = ["10.1.1.1", "10.1.1.2", "10.1.1.3"], "CN=Reader,DC=hpc,DC=internal"
    given = {"servers": servers, "resolution": "resolver-rule", "readOnlyUser": reader}
    made = run(directory={**EXISTING_DIRECTORY, **given})
    assert joined(made)["DomainReadOnlyUser"] == "cn=Reader,DC=hpc,DC=internal"
    targets = made.one("aws:route53/resolverRule:ResolverRule").inputs["targetIps"]
    assert [target["ip"] for target in targets] == servers
    assert not made.named("aws:route53/zone:Zone")


def test_simple_ad_is_told_to_be_closed_to_new_customers(caplog: pytest.LogCaptureFixture) -> None:
    run(directory={"kind": "simple-ad"}, **HOST)
    assert 'directory.kind "simple-ad": AWS takes no new customers for Simple AD since 2026' in caplog.text


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("CN=Reader,OU=Service,DC=hpc", "cn=Reader,OU=Service,DC=hpc"),
        ("cn=a=b,dc=hpc", "cn=a=b,dc=hpc"),
        ("UID=reader,dc=hpc", "uid=reader,dc=hpc"),
    ],
)
def test_an_account_is_named_as_parallelcluster_reads_it(given: str, expected: str) -> None:
    assert planned.bind_dn(given) == expected


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ([], None),
        (["hpc"], "(memberOf=cn=hpc,cn=Users,dc=hpc)"),
        (["a", "CN=b,OU=G,DC=hpc"], "(|(memberOf=cn=a,cn=Users,dc=hpc)(memberOf=CN=b,OU=G,DC=hpc))"),
        (["cn=a (b)*\\, c,dc=hpc"], "(memberOf=cn=a \\28b\\29\\2a\\5c, c,dc=hpc)"),
    ],
)
def test_members_of_groups_are_let_in(groups: list[str], expected: str | None) -> None:
    assert planned.access_filter(groups, "cn=Users,dc=hpc") == expected


@pytest.mark.parametrize(
    ("directory", "expected"),
    [
        (
            {"kind": "managed-ad", "allowedGroups": ["hpcusers"]},
            "(memberOf=cn=hpcusers,ou=Users,ou=hpc,dc=hpc,dc=internal)",
        ),
        ({"kind": "simple-ad", "allowedGroups": ["hpcusers"]}, "(memberOf=cn=hpcusers,cn=Users,dc=hpc,dc=internal)"),
    ],
)
def test_a_group_of_the_tool_is_found_where_the_tool_makes_it(directory: dict[str, Any], expected: str) -> None:
    section = joined(run(directory=directory, **HOST))
    assert section["LdapAccessFilter"] == expected
    assert section["AdditionalSssdConfigs"]["ldap_access_order"] == "filter, expire"


@pytest.mark.parametrize(
    ("name", "expected"),
    [("genomics-dev-directory-ldaps", "genomics-dev-directory-ldaps"), ("a" * 24 + "-bcdefghi", "a" * 24)],
)
def test_names_fit_a_limit_and_stay_different(name: str, expected: str) -> None:
    assert names.fitting(name, 32).startswith(expected)
    assert len(names.fitting(name, 32)) <= 32
    assert names.fitting(f"{name}x" * 3, 32) != names.fitting(f"{name}y" * 3, 32)


def test_the_target_group_of_another_vpc_has_another_name() -> None:
    """The former one is deleted after the new one is made, and AWS lets no two have one name."""
    here, again, there = (
        run(directory={"kind": "managed-ad"}, network={**NETWORK, "vpcId": vpc}, **HOST)
        .one("aws:lb/targetGroup:TargetGroup")
        .inputs
        for vpc in (NETWORK["vpcId"], NETWORK["vpcId"], "vpc-0fedcba9876543210")
    )
    assert here["name"] == again["name"] != there["name"]
    assert here["name"].startswith("genomics-dev-directory")
    assert len(names.apart("a" * 40, 32, "vpc-1")) == 32
