"""Lines of slurm.conf from several origins become one."""

from typing import Any

import pytest

from planning import slurm_settings
from planning.slurm_settings import Fragment
from settings import Settings
from tests.unit.recorder import run
from tests.unit.test_planning import document
from tests.unit.test_settings import load_with

INTEGRATION = ("weka",)
OVERRIDE = {"Scheduling": {"SlurmSettings": {"CustomSlurmSettings": [{"MaxJobCount": 5000}]}}}


def wanted(key: str, value: Any) -> Fragment:
    return Fragment(origin="weka", path=INTEGRATION, key=key, value=value)


def lines(settings: Settings, *more: Fragment) -> Any:
    return slurm_settings.placed(settings, "s3://bucket/slurm-settings.conf", more).get("CustomSlurmSettings")


def with_lines(**own: Any) -> Settings:
    return load_with(cluster={"customSlurmSettings": own})


def test_lines_of_all_origins_stand_in_one_list() -> None:
    settings = load_with(
        cluster={"customSlurmSettings": {"PriorityType": "priority/multifactor"}, "overrides": OVERRIDE}
    )
    found = lines(settings, wanted("TaskPluginParam", "SlurmdOffSpec"))
    assert found == [
        {"PriorityType": "priority/multifactor"},
        {"MaxJobCount": 5000},
        {"TaskPluginParam": "SlurmdOffSpec"},
    ]
    assert list(slurm_settings.problems(settings, [wanted("maxjobcount", 5000)])) == []


def test_two_values_of_one_setting_name_both_origins() -> None:
    settings = with_lines(SelectType="select/linear")
    (problem,) = slurm_settings.problems(settings, [wanted("selecttype", "select/cons_tres")])
    assert (problem.rule, problem.path) == ("slurm-conflict", "weka")
    assert "by weka" in problem.fault
    assert "cluster.customSlurmSettings wants select/linear" in problem.fault


@pytest.mark.parametrize(
    ("own", "other", "value"),
    [
        ("Alloc", "Contain", "Contain"),
        ("Contain", "Alloc", "Contain"),
        ("Alloc,X11", "Contain", "X11,Contain"),
        ("Alloc", "Alloc", "Alloc"),
        ("Alloc", "NoHold", "Alloc,NoHold"),
    ],
)
def test_contain_is_stronger_than_alloc(own: str, other: str, value: str) -> None:
    settings = with_lines(PrologFlags=own)
    assert lines(settings, wanted("PrologFlags", other)) == [{"PrologFlags": value}]
    assert list(slurm_settings.problems(settings, [wanted("PrologFlags", other)])) == []


def test_launch_parameters_are_joined_and_go_into_a_file() -> None:
    settings = load_with(
        directory={"kind": "managed-ad"},
        jumpHost={"kind": "ec2"},
        cluster={"customSlurmSettings": {"LaunchParameters": "use_interactive_step", "MpiDefault": "pmix"}},
    )
    assert list(slurm_settings.problems(settings)) == []
    assert slurm_settings.placed(settings, "s3://b/lines", [wanted("LaunchParameters", "mem_sort")]) == {
        "CustomSlurmSettingsIncludeFile": "s3://b/lines"
    }
    assert slurm_settings.file(settings, [wanted("LaunchParameters", "mem_sort")]) == (
        "LaunchParameters=enable_nss_slurm,use_interactive_step,mem_sort\nMpiDefault=pmix\n"
    )


def test_without_a_directory_the_file_does_not_speak_of_it() -> None:
    assert slurm_settings.file(with_lines(LaunchParameters="mem_sort")) == "LaunchParameters=mem_sort\n"


def test_the_accounting_plugin_is_dropped_where_parallelcluster_sets_it() -> None:
    gather = wanted("JobAcctGatherType", "jobacct_gather/cgroup")
    assert lines(load_with(), gather) == [{"JobAcctGatherType": "jobacct_gather/cgroup"}]
    accounting = load_with(databases={"slurm": {}})
    assert lines(accounting, gather) is None
    assert list(slurm_settings.problems(accounting, [gather])) == []


def test_nobody_sets_what_is_parallelclusters() -> None:
    (problem,) = slurm_settings.problems(load_with(), [wanted("Prolog", "/p.sh")])
    assert (problem.rule, problem.allowed) == ("slurm-owned", "a script of prolog.d on the nodes")


def test_lines_of_several_settings_stay_as_they_are() -> None:
    node = {"NodeName": "extra-[1-2]", "CPUs": 4}
    override = {"Scheduling": {"SlurmSettings": {"CustomSlurmSettings": [node]}}}
    found = document(cluster={"overrides": override, "customSlurmSettings": {"MpiDefault": "pmix"}})
    assert found["Scheduling"]["SlurmSettings"]["CustomSlurmSettings"] == [{"MpiDefault": "pmix"}, node]


def test_the_program_puts_the_file_into_the_bucket() -> None:
    made = run(cluster={"customSlurmSettings": {"LaunchParameters": "use_interactive_step"}})
    (stored,) = [one for one in made.named("aws:s3/bucketObjectv2:BucketObjectv2") if "slurm-settings" in one.name]
    assert stored.inputs["content"] == "LaunchParameters=use_interactive_step\n"
    slurm = made.one("parallelcluster:index:Cluster").inputs["configuration"]["Scheduling"]["SlurmSettings"]
    assert slurm["CustomSlurmSettingsIncludeFile"].endswith(stored.inputs["key"])
