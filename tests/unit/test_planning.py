"""Plans and documents are pure functions of settings."""

import re
from ipaddress import IPv4Network
from typing import Any

import pytest

from planning import names, overrides, policies, subnets
from planning.cluster import CA_FILE, DirectoryEndpoints, Endpoints, NodeGroups, cluster_document
from planning.endpoints import Manifest
from planning.image_document import image_document
from planning.merge import merge
from settings.homes import shared_folders
from tests.unit.test_settings import load_with

ENDPOINTS: dict[str, Any] = {
    "ssm_policy_arn": "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
    "public_subnet_ids": ["subnet-public"],
    "private_subnet_ids": ["subnet-private-0", "subnet-private-1"],
    "vpc_cidr": "10.20.0.0/16",
    "ssh_sources": "pl-sources",
    "security_groups": NodeGroups(head=["sg-head"], login=["sg-login"], compute=["sg-compute"], efa=["sg-efa"]),
    "node_policy_arn": "arn:policy",
}
DIRECTORY = DirectoryEndpoints(
    domain_name="hpc.internal",
    uri="ldaps://dc1.hpc.internal",
    read_only_user="cn=ReadOnlyUser",
    secret_arn="arn:secret",
    ca_certificate_uri="s3://bucket/ca.pem",
)
JOINED: dict[str, Any] = {
    "directory": DIRECTORY,
    "boot_uri": "s3://bucket/boot.pyz",
    "manifests": {
        kind: Manifest(uri=f"s3://bucket/{kind}.json", sha256=f"sha-{kind}") for kind in ("head", "login", "compute")
    },
}
"""A cluster that joins the directory, and so runs a program of the platform's on all nodes."""


def document(endpoints: dict[str, Any] | None = None, **settings: Any) -> dict[str, Any]:
    given = {**ENDPOINTS, **(endpoints or {})}
    given["file_system_ids"] = {"home": "fs-home", **given.get("file_system_ids", {})}
    return cluster_document(load_with(**settings), Endpoints(**given), {"team": "genomics"})


_CIDRS = [f"{start}/{bits}" for start in ("10.20.0.0", "192.168.0.0", "100.64.0.0") for bits in range(16, 25)]


@pytest.mark.parametrize("cidr", [*_CIDRS, "172.16.4.0/24", "10.255.252.0/22"])
@pytest.mark.parametrize("zones", [1, 2, 3])
@pytest.mark.parametrize("nodes_public", [False, True])
def test_subnets_lie_in_the_range_and_do_not_overlap(cidr: str, zones: int, nodes_public: bool) -> None:
    """All sizes of a VPC, each number of zones, both places of the nodes."""
    planned = subnets.plan(cidr, zones, nodes_public=nodes_public)
    assert all(
        IPv4Network(one.private_cidr if not nodes_public else one.public_cidr).prefixlen
        == IPv4Network(cidr).prefixlen + 2
        for one in planned
    )
    networks = [IPv4Network(text) for plan in planned for text in (plan.public_cidr, plan.private_cidr)]
    assert len(networks) == 2 * zones
    assert all(network.subnet_of(IPv4Network(cidr)) and network.prefixlen <= 28 for network in networks)
    assert not any(a.overlaps(b) for i, a in enumerate(networks) for b in networks[i + 1 :])


def test_a_zone_more_moves_no_subnet() -> None:
    assert subnets.plan("10.0.0.0/16", 3)[:2] == subnets.plan("10.0.0.0/16", 2)


@pytest.mark.parametrize("zones", [0, 4])
def test_other_numbers_of_zones_are_refused(zones: int) -> None:
    with pytest.raises(ValueError, match="one to three"):
        subnets.plan("10.0.0.0/16", zones)


def test_names_hold_team_and_stack_and_fit_aws() -> None:
    settings = load_with()
    assert names.platform("dev", settings) == "genomics-dev"
    assert names.platform("genomics", settings) == "genomics"
    assert len(names.platform("a" * 60, settings)) <= 28
    assert names.platform("Feature/X_1", settings) == "genomics-feature-x-1"


def test_what_aws_knows_by_name_alone_has_another_one_in_each_stack() -> None:
    """Two stacks may have one platform name."""
    one, other = load_with(team="bio"), load_with(team="bio-lab")
    assert names.platform("lab", one) == names.platform("bio-lab", other) == "bio-lab"
    found = {names.distinct("bio-lab-image-r", names.tags(*owner)) for owner in (("lab", one), ("bio-lab", other))}
    assert len(found) == 2
    assert names.distinct("bio-lab-image-r", names.tags("lab", one)) in found


def test_the_teams_tags_stand_beside_the_platforms() -> None:
    settings = load_with(tags={"cost": "42"})
    assert names.tags("dev", settings)["hpcstack:owner"] == "hpc@example.org"
    assert {"Key": "cost", "Value": "42"} in names.as_list(names.tags("dev", settings))


def test_the_minimum_is_a_private_cluster_with_one_queue() -> None:
    found = document()
    assert found["HeadNode"]["Networking"] == {"SubnetId": "subnet-private-0", "AdditionalSecurityGroups": ["sg-head"]}
    assert found["Scheduling"]["SlurmQueues"][0]["ComputeResources"][0]["MaxCount"] == 4
    assert found["Imds"] == {"ImdsSupport": "v2.0"}
    assert not {"LoginNodes", "DirectoryService"} & set(found)
    assert "CustomActions" not in found["HeadNode"]


def test_a_public_login_pool_stands_in_a_public_subnet() -> None:
    pools = document(cluster={"loginNodes": {"count": 2, "public": True}})["LoginNodes"]["Pools"]
    assert pools[0]["Networking"]["SubnetIds"] == ["subnet-public"]
    assert pools[0]["Ssh"] == {"AllowedIps": "pl-sources"}  # KeyName is no key of it since ParallelCluster 3.15


def test_ssh_and_dcv_are_open_to_the_platforms_sources_only() -> None:
    head = document({"key_name": "team"}, cluster={"headNode": {"overrides": {"Dcv": {"Enabled": True}}}})["HeadNode"]
    assert head["Ssh"] == {"AllowedIps": "pl-sources", "KeyName": "team"}
    assert head["Dcv"] == {"AllowedIps": "10.20.0.0/16", "Enabled": True}
    own = {"HeadNode": {"Ssh": {"AllowedIps": "198.51.100.0/24"}}}
    assert document(cluster={"overrides": own})["HeadNode"]["Ssh"] == {"AllowedIps": "198.51.100.0/24"}


def test_accounting_places_endpoint_and_secret() -> None:
    extra = {
        "slurm_database_uri": "db:3306",
        "slurm_database_secret_arn": "arn:db",
    }
    found = document(extra, databases={"slurm": {}})
    assert found["Scheduling"]["SlurmSettings"]["Database"] == {
        "Uri": "db:3306",
        "UserName": "slurm_db_admin",
        "PasswordSecretArn": "arn:db",
        "DatabaseName": "slurm_genomics",
    }


def test_a_directory_is_joined_with_certificate_checks_and_its_authority_comes_first() -> None:
    found = document(JOINED)
    assert found["DirectoryService"]["LdapTlsReqCert"] == "hard"
    assert found["DirectoryService"]["LdapTlsCaCert"] == CA_FILE
    action = found["HeadNode"]["CustomActions"]["OnNodeStart"]
    assert action["Args"] == ["s3://bucket/head.json", "OnNodeStart", "install-ca-certificate.sh"]


HOME = {
    "Name": "home",
    "StorageType": "Efs",
    "MountDir": "/home",
    "EfsSettings": {"FileSystemId": "fs-home", "EncryptionInTransit": True},
}


@pytest.mark.parametrize("storage", [{}, {"home": "efs"}, {"folders": [{"name": "home", "mountDir": "/home"}]}])
def test_homes_are_mounted_encrypted_whether_the_stack_file_says_so_or_nothing(storage: dict[str, Any]) -> None:
    assert document(storage=storage)["SharedStorage"] == [HOME]


def test_another_folder_at_home_is_the_one() -> None:
    found = document({"file_system_ids": {"lab": "fs-1"}}, storage={"folders": [{"name": "lab", "mountDir": "/home"}]})
    assert [(one["Name"], one["MountDir"]) for one in found["SharedStorage"]] == [("lab", "/home")]


@pytest.mark.parametrize(
    "sections",
    [
        {"storage": {"home": "cluster"}},
        {
            "storage": {"folders": [{"name": "home", "mountDir": "/work"}]},
            "localUsers": {"file": "users.json", "homeRoot": "/work"},
        },
    ],
)
def test_homes_are_the_clusters_by_a_word_or_where_they_lie_elsewhere(sections: dict[str, Any]) -> None:
    assert all(one.mount_dir != "/home" for one in shared_folders(load_with(**sections)))


def test_homes_stand_first_so_that_a_folder_more_moves_none() -> None:
    found = document({"file_system_ids": {"a": "fs-1"}}, storage={"folders": [{"name": "a", "mountDir": "/a"}]})
    assert [one["Name"] for one in found["SharedStorage"]] == ["home", "a"]


def test_overrides_are_merged_last_and_lists_are_replaced() -> None:
    found = document(cluster={"headNode": {"overrides": {"LocalStorage": {"RootVolume": {"Size": 200}}}}})
    assert found["HeadNode"]["LocalStorage"]["RootVolume"] == {"Size": 200, "Encrypted": True}
    assert merge({"a": [1, 2]}, {"a": [3]}) == {"a": [3]}


def test_an_override_of_an_owned_key_is_a_problem_and_another_is_not() -> None:
    bad = load_with(
        cluster={
            "overrides": {"Tags": []},
            "queues": [{"name": "q", "overrides": {"Networking": {"SubnetIds": ["x"]}}}],
        },
        image={"overrides": {"Build": {"ParentImage": "ami-1"}}},
    )
    assert [problem.path for problem in overrides.problems(bad)] == [
        "cluster.overrides.Tags",
        "cluster.queues[0].overrides.Networking.SubnetIds",
        "image.overrides.Build.ParentImage",
    ]
    good = load_with(cluster={"overrides": {"Monitoring": {"DetailedMonitoring": True}}})
    assert overrides.problems(good) == []


def test_the_image_leaves_the_parent_to_the_provider() -> None:
    found = image_document(
        load_with(), subnet_id="subnet-1", security_group_id="sg-1", component_arns=["arn:1"], tags={"a": "b"}
    )
    assert "ParentImage" not in found["Build"]
    assert found["Build"]["Components"] == [{"Type": "arn", "Value": "arn:1"}]
    assert found["Image"]["Tags"] == [{"Key": "a", "Value": "b"}]


def test_policies_name_their_resources() -> None:
    (read,) = policies.read_objects("arn:b", "scripts/")["Statement"]
    assert (read["Action"], read["Resource"]) == ("s3:GetObject", "arn:b/scripts/*")
    (deny,) = policies.tls_only("arn:b")["Statement"]
    assert (deny["Effect"], deny["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_last_snapshots_of_databases_have_names_of_their_own() -> None:
    made = {
        names.final_snapshot(group, engine, "admin") for group in ("a-1", "a-2") for engine in ("mysql", "postgres")
    }
    assert len(made) == 4
    assert all(re.fullmatch(r"a-[12]-[0-9a-f]{8}-final", name) for name in made)
