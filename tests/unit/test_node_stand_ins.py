"""What the stand-ins of a booted node make of ParallelCluster's documents: nodes and partitions, Slurm's files, scripts, sssd."""

import json
from pathlib import Path
from typing import Any

import pytest

from localcloud.machines.node import (
    accounting,
    cfn_init,
    cloudwatch_agent,
    custom_actions,
    database,
    directory,
    postgresql,
    slurm_conf,
    slurm_nodes,
)
from localcloud.machines.node.facts import COMPUTE, HEAD, LOGIN, Node

TYPES = {
    "c5.large": {"VCpuInfo": {"DefaultVCpus": 2, "DefaultCores": 1}, "MemoryInfo": {"SizeInMiB": 4096}},
    "c5.xlarge": {"VCpuInfo": {"DefaultVCpus": 4, "DefaultCores": 2}, "MemoryInfo": {"SizeInMiB": 8192}},
}
SCRIPT = {"Script": "s3://bucket/one.sh", "Args": [1, "b c"]}
CONFIG: dict[str, Any] = {
    "HeadNode": {"CustomActions": {"OnNodeStart": SCRIPT}},
    "LoginNodes": {"Pools": [{"Name": "pool", "CustomActions": {"OnNodeConfigured": {"Sequence": [SCRIPT, SCRIPT]}}}]},
    "Scheduling": {
        "SlurmSettings": {"ScaledownIdletime": 10, "CustomSlurmSettings": [{"MaxJobCount": 99}]},
        "SlurmQueues": [
            {
                "Name": "a",
                "ComputeResources": [{"Name": "x", "InstanceType": "c5.large", "MinCount": 1, "MaxCount": 3}],
            },
            {
                "Name": "b",
                "CapacityType": "SPOT",
                "Networking": {"SubnetIds": ["subnet-1"]},
                "CustomSlurmSettings": {"GraceTime": 5},
                "ComputeResources": [
                    {
                        "Name": "y",
                        "Instances": [{"InstanceType": "c5.large"}, {"InstanceType": "c5.xlarge"}],
                        "MinCount": 0,
                        "MaxCount": 2,
                        "DisableSimultaneousMultithreading": True,
                    }
                ],
            },
        ],
    },
}


def node(kind: str, **dna: Any) -> Node:
    known = {"dns_domain": "c.pcluster.", "use_private_hostname": "false", **dna}
    return Node(kind, "us-east-1", "c", "i-1", "c5.large", "10.0.0.5", "ip-10-0-0-5.ec2.internal", "10.0.0.5", known)


def test_queue_of_one_type_has_static_and_dynamic_nodes() -> None:
    first, _ = slurm_nodes.queues(CONFIG, TYPES)
    size = "CPUs=2 RealMemory=3891 State=CLOUD"
    assert first.text.splitlines() == [
        f"NodeName=a-st-x-[1-1] {size} Feature=static,c5.large,x Weight=1",
        f"NodeName=a-dy-x-[1-2] {size} Feature=dynamic,c5.large,x Weight=1000",
        "NodeSet=a_nodes Nodes=a-st-x-[1-1],a-dy-x-[1-2]",
        "PartitionName=a Nodes=a_nodes MaxTime=INFINITE State=UP Default=YES",
    ]
    assert (first.nodes, first.static) == ("a-st-x-[1-1],a-dy-x-[1-2]", ["a-st-x-[1-1]"])
    launch = {"CapacityType": "on-demand", "Api": "run-instances", "Instances": [{"InstanceType": "c5.large"}]}
    assert first.fleet == {"x": launch}


def test_queue_of_several_types_has_the_size_of_the_smallest_and_asks_for_a_fleet() -> None:
    _, second = slurm_nodes.queues(CONFIG, TYPES)
    assert second.text.splitlines()[0].startswith(
        "NodeName=b-dy-y-[1-2] CPUs=1 RealMemory=3891 State=CLOUD Feature=dynamic,y"
    )
    assert second.text.splitlines()[-1] == "PartitionName=b Nodes=b_nodes MaxTime=INFINITE State=UP GraceTime=5"
    assert second.fleet["y"] == {
        "CapacityType": "spot",
        "Api": "create-fleet",
        "Instances": [{"InstanceType": "c5.large"}, {"InstanceType": "c5.xlarge"}],
        "AllocationStrategy": "lowest-price",
        "Networking": {"SubnetIds": ["subnet-1"]},
    }


def test_local_cloud_caps_nodes_and_their_sizes() -> None:
    first, second = slurm_nodes.queues(CONFIG, TYPES, slurm_nodes.Most(processors=1, memory=1000, nodes=1))
    assert first.text.splitlines()[0].startswith("NodeName=a-st-x-[1-1] CPUs=1 RealMemory=1000 ")
    assert (first.nodes, second.nodes) == ("a-st-x-[1-1]", "b-dy-y-[1-1]")


def test_compute_resource_has_its_own_settings_and_the_feature_of_efa() -> None:
    resource = {"Name": "x", "InstanceType": "c5.large", "MaxCount": 1, "Efa": {"Enabled": True}}
    queue = {"Name": "a", "ComputeResources": [{**resource, "CustomSlurmSettings": {"CpuSpecList": 1}}]}
    (found,) = slurm_nodes.queues({"Scheduling": {"SlurmQueues": [queue]}}, TYPES)
    assert found.text.splitlines()[0].endswith("Feature=dynamic,c5.large,x,efa Weight=1000 CpuSpecList=1")


def test_agent_makes_one_event_of_each_part_and_a_stream_of_each_file() -> None:
    start = "^JobId="
    assert cloudwatch_agent.events("JobId=1\na\n\nJobId=2\nb\n", start) == ["JobId=1\na\n", "JobId=2\nb"]
    assert cloudwatch_agent.events("a\n\nb\n", None) == ["a", "b"]
    assert [len(one) for one in cloudwatch_agent.events("JobId=" + "x" * 300_000, start)] == [262_118, 37_888]
    entry = {"log_stream_name": "stdout", "publish_multi_logs": True}
    assert cloudwatch_agent.stream(entry, "/data/a b/1-stdout.txt") == "stdout__data_a_b_1-stdout.txt"
    assert cloudwatch_agent.stream({"log_stream_name": "stdout"}, "/data/1") == "stdout"


def test_a_followed_file_that_is_gone_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "there.log").write_text("abc")
    (tmp_path / "gone.log").symlink_to(tmp_path / "nothing")
    entry = {"file_path": f"{tmp_path}/*.log", "log_group_name": "g", "log_stream_name": "s"}
    (tmp_path / "file_one").write_text(json.dumps({"logs": {"logs_collected": {"files": {"collect_list": [entry]}}}}))
    monkeypatch.setattr(cloudwatch_agent, "_FRAGMENTS", tmp_path)
    assert cloudwatch_agent.sizes() == {f"{tmp_path}/there.log": 3}


@pytest.mark.parametrize(("idle", "seconds"), [(0, 600), (5, 5)])
def test_included_file(idle: float, seconds: int) -> None:
    text = slurm_conf.included(CONFIG, slurm_nodes.queues(CONFIG, TYPES), "head", "10.0.0.5", 1800, idle, ["More=1"])
    lines = text.splitlines()
    assert lines[0] == "SlurmctldHost=head(10.0.0.5)"
    assert {f"SuspendTime={seconds}", "More=1"} <= set(lines)
    assert "SuspendExcNodes=a-st-x-[1-1]" in lines
    assert "include /opt/slurm/etc/pcluster/slurm_parallelcluster_b_partition.conf" in lines


def test_custom_settings_are_lines_or_a_file() -> None:
    rows = [{"MaxJobCount": 99}, {"Nodes": "n1", "PartitionName": "on-premises"}]
    settings: dict[str, Any] = {"CustomSlurmSettings": rows}
    text = slurm_conf.custom({"Scheduling": {"SlurmSettings": settings}}, str)
    assert text.splitlines()[1:] == ["MaxJobCount=99", "PartitionName=on-premises Nodes=n1"]
    settings = {"CustomSlurmSettings": None, "CustomSlurmSettingsIncludeFile": "s3://bucket/settings.conf"}
    assert (
        slurm_conf.custom({"Scheduling": {"SlurmSettings": settings}}, lambda at: f"# {at}\n")
        == "# s3://bucket/settings.conf\n"
    )


@pytest.mark.parametrize(("domain", "width"), [("c.pcluster.", "TreeWidth=30"), ("", "TreeWidth=65533")])
def test_main_file(domain: str, width: str) -> None:
    lines = slurm_conf.main_file(node(HEAD, dns_domain=domain), 1, 0).splitlines()
    assert {"ClusterName=c", width} <= set(lines)
    assert any("power_save_min_interval=1," in line for line in lines)


@pytest.mark.parametrize(
    ("kind", "dna", "event", "count"),
    [
        (HEAD, {}, "OnNodeStart", 1),
        (HEAD, {}, "OnNodeConfigured", 0),
        (LOGIN, {"pool_name": "pool"}, "OnNodeConfigured", 2),
        (COMPUTE, {"scheduler_queue_name": "b"}, "OnNodeStart", 0),
    ],
)
def test_scripts_of_a_node(kind: str, dna: dict[str, str], event: str, count: int) -> None:
    found = custom_actions.scripts(CONFIG, node(kind, **dna), event)
    assert found == [custom_actions.Script("s3://bucket/one.sh", ["1", "b c"])] * count


def test_script_of_another_kind_of_address_is_refused_in_parallelclusters_words() -> None:
    with pytest.raises(custom_actions.Failed) as failed:
        custom_actions.run("OnNodeStart", [custom_actions.Script("ftp://x", [])], "us-east-1")
    assert failed.value.masked == "Failed to download OnNodeStart script 1, URL must be an s3 or HTTPs."


def test_sssd_takes_the_section_and_its_additions_last() -> None:
    section = {
        "DomainName": "corp.example",
        "DomainAddr": "ldaps://dc1.corp.example",
        "DomainReadOnlyUser": "cn=reader,OU=Service,DC=corp",
        "LdapAccessFilter": "(cn=x)",
        "AdditionalSssdConfigs": {"fallback_homedir": "/home/other/%u"},
    }
    text = directory.sssd_conf(section, "secret")
    lines = text.splitlines()
    assert directory.reader(text) == "reader"
    assert {"ldap_search_base = DC=corp,DC=example", "ldap_access_filter = (cn=x)", "ldap_tls_reqcert = hard"} <= set(
        lines
    )
    assert "fallback_homedir = /home/other/%u" in lines
    assert "fallback_homedir = /home/%u" not in lines


def test_cfn_init_runs_commands_by_name_and_stops_at_the_first_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cfn_init, "LOG", tmp_path / "log")
    out = tmp_path / "out"
    commands = {
        name: {"command": f"echo {name} >> {out}; {end}"} for name, end in (("c", ""), ("a", ""), ("b", "exit 3"))
    }
    init = {"configSets": {"all": ["one"]}, "one": {"commands": commands}}
    assert not cfn_init.apply(init, "all")
    assert out.read_text().split() == ["a", "b"]
    commands["b"]["ignoreErrors"] = "true"
    assert cfn_init.apply(init, "all")
    assert out.read_text().split() == ["a", "b", "a", "b", "c"]


def test_accounting_follows_the_section_database() -> None:
    assert accounting.lines(CONFIG, "head") == []
    section = {"Uri": "db.example:3307", "UserName": "admin", "PasswordSecretArn": "arn"}
    configuration = {"Scheduling": {"SlurmSettings": {"Database": section}}}
    assert "AccountingStorageHost=head" in accounting.lines(configuration, "head")
    text = accounting.storage(section, "my-cluster", "head", "secret").splitlines()
    assert {"StorageHost=db.example", "StoragePort=3307", "StorageLoc=my_cluster", "StoragePass=secret"} <= set(text)
    named = accounting.storage({**section, "Uri": "db", "DatabaseName": "one"}, "my-cluster", "head", "secret")
    assert {"StoragePort=3306", "StorageLoc=one"} <= set(named.splitlines())


def test_names_and_passwords_of_a_database_are_texts_of_sql() -> None:
    lines = database.statements({"user": "o'x", "password": "a\\b'", "database": "d`e"}).splitlines()
    assert lines == [
        "CREATE USER IF NOT EXISTS 'o''x'@'%' IDENTIFIED BY 'a\\\\b''';",
        "GRANT ALL PRIVILEGES ON *.* TO 'o''x'@'%' WITH GRANT OPTION;",
        "CREATE DATABASE IF NOT EXISTS `d``e`;",
    ]
    assert len(database.statements({"user": "u", "password": "p", "database": None}).splitlines()) == 2


def test_names_and_passwords_of_postgresql_are_texts_and_names_of_sql() -> None:
    role, password, made = postgresql.statements({"user": 'o"x', "password": "a'b", "database": "d"}).splitlines()
    assert role.startswith("""SELECT 'CREATE ROLE "o""x" LOGIN CREATEDB CREATEROLE' WHERE NOT EXISTS""")
    assert password == """ALTER ROLE "o""x" PASSWORD 'a''b';"""
    assert made.startswith("""SELECT 'CREATE DATABASE "d" OWNER "o""x" TEMPLATE""")
    assert made.endswith("""WHERE datname = 'd') \\gexec""")
    assert len(postgresql.statements({"user": "u", "password": "p", "database": None}).splitlines()) == 2
