"""Bad stack files and the real engine: it ends non-zero, in words, with nothing made and no call that changes anything.

Cases of the corpus are written into stack files as they stand, several into one, so that the engine's own reading of YAML is held
against that of the unit tests.
"""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml

from localcloud import paths, stack
from localcloud.emulator import recording
from localcloud.emulator import service as emulator
from localcloud.engine import engine as engines
from localcloud.engine import plugins
from tests.unit.stack_file_corpus import FOLDER, MINIMUM, Case, cases
from tests.unit.test_bad_stack_files import problems_of

pytestmark = pytest.mark.engine
NAME = "bad"
GROUPS = {
    "preview": (
        "tags that lost their zeros, or are no text",
        "a version without quotes, and one whose zero is lost",
        "a date",
        "a team of digits, read as octal",
        "switches that YAML reads as text",
        "zones with a fraction",
        "misspelt keys on each level",
        "folders inside each other, and twice",
        "names of 21 characters",
    ),
    "up": (
        "a secret inside a value that has another error",
        "a switch for a section",
        "a folder as text",
        "an existing directory without its facts",
        "an address for a jump host that is made",
        "an environment that is none",
    ),
}


@dataclass(frozen=True)
class Project:
    """The program's own folder with a stack of its own, on an emulator that writes down what it is asked."""

    env: dict[str, str]
    pulumi: Path
    asked: Path

    def run(self, command: str, text: str) -> subprocess.CompletedProcess[str]:
        """`preview` or `up` with a stack file of this text."""
        file = stack.stack_file(NAME)
        file.write_text(f"{text}\nencryptionsalt: {stack._salt(NAME)}\n")
        yes = ["--yes", "--skip-preview"] if command == "up" else []
        line = [str(self.pulumi), command, *yes, "--stack", NAME, "--config-file", str(file), "--non-interactive"]
        return subprocess.run(
            line,
            env=self.env,
            cwd=paths.ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def resources(self) -> list[str]:
        state = json.loads(stack._checkpoint(NAME).read_text())["checkpoint"]["latest"]
        types = [one["type"] for one in state.get("resources") or []]
        return [
            one for one in types if one != "pulumi:pulumi:Stack"
        ]  # `up` notes the stack itself before the program runs

    def calls(self) -> list[str]:
        """What AWS was asked for, but for the start of the emulator itself."""
        return [one.name for one in recording.read(self.asked) if not one.path.startswith("/localcloud/")]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("bad stack files")
        patch.setattr(paths, "STATE", folder)
        patch.setenv(recording.VARIABLE, str(folder / "asked"))
        engine = engines.ensure()
        emulator.start()
        try:
            env = stack.environment(engine, emulator.endpoint() or "")
            plugins.prepare(engine, stack.home())
            stack._make(NAME, engine, env)
            yield Project(env, engine.pulumi, folder / "asked")
        finally:
            emulator.stop()


def merged(names: tuple[str, ...]) -> tuple[Case, str]:
    """The cases as one, and the text of its stack file: their own words, and of the required keys those that they leave out."""
    found = {case.name: case for case in cases()}
    change = {key: value for name in names for key, value in found[name].change.items()}
    assert len(change) == sum(len(found[name].change) for name in names), "two cases change one key"
    given = "".join(text for name in names for text in _as_written(name))
    rest = "".join(f"  hpcstack:{key}: {value}\n" for key, value in MINIMUM.items() if key not in change)
    return Case(name="merged", change=change), f"config:\n{rest}{given}"


def _as_written(name: str) -> Iterator[str]:
    """`hpcstack:key: value` for each key of a case's change, cut out of the corpus."""
    for path in FOLDER.glob("*.yaml"):
        text = path.read_text()
        for node in yaml.compose(text).value:
            parts = {key.value: value for key, value in node.value}
            if parts["name"].value == name:
                for key, value in parts["change"].value:
                    block = isinstance(value, yaml.CollectionNode) and not value.flow_style
                    gap = f"\n{' ' * value.start_mark.column}" if block else " "
                    yield f"  hpcstack:{key.value}:{gap}{text[value.start_mark.index : value.end_mark.index].rstrip()}\n"


@pytest.mark.parametrize("command", GROUPS)
def test_the_engine_ends_with_all_that_is_wrong_and_has_made_nothing(project: Project, command: str) -> None:
    case, text = merged(GROUPS[command])
    done = project.run(command, text)
    assert done.returncode != 0
    assert "Traceback" not in done.stdout
    problems = problems_of(case)
    assert len(problems) > 7
    shown = " ".join(done.stdout.split())
    assert [str(one) for one in problems if " ".join(one.lines().split()) not in shown] == [], done.stdout
    assert f"has {len(problems)} problems" in shown
    assert "hunter2" not in shown
    assert project.resources() == []
    assert project.calls() == []


def test_an_empty_file_names_what_is_required(project: Project) -> None:
    done = project.run("up", "")
    assert done.returncode != 0
    assert "Traceback" not in done.stdout
    assert "pulumi config set hpcstack:team <value>" in done.stdout
    assert (project.resources(), project.calls()) == ([], [])


def test_aws_is_asked_once_about_types_that_the_list_lacks_and_nothing_is_made(project: Project) -> None:
    queues = "[{name: a, instanceTypes: [c99i.xlarge]}, {name: b, instanceTypes: [c6i.xlarg]}]"
    text = "".join(f"  hpcstack:{key}: {value}\n" for key, value in MINIMUM.items())
    done = project.run("preview", f"config:\n{text}  hpcstack:cluster: {{queues: {queues}}}\n")
    assert done.returncode != 0
    shown = " ".join(done.stdout.split())
    assert '"c99i.xlarge" is no instance type of eu-west-1' in shown
    assert "allowed: c6i.xlarge (the nearest known type)" in shown
    assert project.calls() == ["ec2:DescribeInstanceTypes"]
    assert project.resources() == []


def test_faults_of_an_existing_network_are_told_before_anything_is_made(project: Project) -> None:
    """The last test here: it makes a network, which the others would see."""
    ec2 = _ec2(project)
    tag = [{"Key": "use", "Value": "hpc"}]
    vpc = ec2.create_vpc(CidrBlock="10.80.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.80.0.0/28", AvailabilityZone="eu-west-1b")["Subnet"]["SubnetId"]
    ec2.create_tags(Resources=[vpc, subnet], Tags=tag)
    before = len(project.calls())
    network = '{vpcTag: "use=hpc", privateSubnetTag: "use=hpc"}'
    text = "".join(f"  hpcstack:{key}: {value}\n" for key, value in MINIMUM.items())
    done = project.run(
        "up",
        f"config:\n{text}  hpcstack:network: {network}\n  hpcstack:cluster: {{queues: [{{name: a, maxCount: 20}}]}}\n",
    )
    assert done.returncode != 0
    assert "Traceback" not in done.stdout
    shown = " ".join(done.stdout.split())
    assert f'hpcstack:network.privateSubnetTag: "{subnet}" has no way out' in shown
    assert f'"{subnet}" has 11 free addresses, and the stack may need 22' in shown
    assert 'hpcstack:network.vpcTag: "use=hpc" has enableDnsHostnames off' in shown
    assert "has 3 problems" in shown
    assert {name.partition(":")[2][:8] for name in project.calls()[before:]} == {"Describe"}
    assert project.resources() == []


def test_an_existing_network_by_tags_carries_the_platform(project: Project) -> None:
    """The same network, mended: the ids that the tags led to stand in what would be made."""
    ec2 = _ec2(project)
    hpc = [{"Name": "tag:use", "Values": ["hpc"]}]
    (vpc,) = [one["VpcId"] for one in ec2.describe_vpcs(Filters=hpc)["Vpcs"]]
    (old,) = [one["SubnetId"] for one in ec2.describe_subnets(Filters=hpc)["Subnets"]]
    ec2.delete_tags(Resources=[old], Tags=[{"Key": "use"}])
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.80.4.0/24", AvailabilityZone="eu-west-1a")["Subnet"]["SubnetId"]
    ec2.create_tags(Resources=[subnet], Tags=[{"Key": "use", "Value": "hpc"}])
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    gateway = ec2.create_nat_gateway(SubnetId=old, AllocationId=address)["NatGateway"]["NatGatewayId"]
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", NatGatewayId=gateway)
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
    network = '{vpcTag: "use=hpc", privateSubnetTag: "use=hpc"}'
    text = "".join(f"  hpcstack:{key}: {value}\n" for key, value in MINIMUM.items())
    done = project.run("preview", f"config:\n{text}  hpcstack:network: {network}\n")
    assert done.returncode == 0, done.stdout
    assert subnet in done.stdout  # the output vpc_subnet
    assert "aws:ec2:Vpc " not in done.stdout


def _ec2(project: Project) -> Any:
    return boto3.client(
        "ec2",
        endpoint_url=project.env["AWS_ENDPOINT_URL"],
        region_name=MINIMUM["region"],
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )
