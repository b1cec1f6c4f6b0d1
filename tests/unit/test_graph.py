"""Pictures of a stack: what is read from its state, what is folded, and what graphviz is told."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from scripts.operator import stack
from scripts.operator.errors import OperatorError
from scripts.operator.graph import __main__ as command
from scripts.operator.graph import dot, look, render, state, summary

START = "urn:pulumi:dev::hpcstack::"
NETWORK = f"{START}hpcstack:index:Network::team"
FRAME = "hpcstack:index:Network$"


def urn(token: str, name: str, above: str = "") -> str:
    return f"{START}{above}{token}::{name}"


def resource(one: str, parent: str | None, *needs: str, **more: Any) -> dict[str, Any]:
    token = one.split("::")[2].split("$")[-1]
    return {
        "urn": one,
        "type": token,
        "custom": ":index:" not in token,
        "parent": parent,
        "dependencies": needs,
        **more,
    }


STACK = urn("pulumi:pulumi:Stack", "hpcstack-dev")
VPC = urn("aws:ec2/vpc:Vpc", "team-vpc", FRAME)
SUBNETS = [urn("aws:ec2/subnet:Subnet", f"team-{index}", FRAME) for index in range(2)]
BUCKET = urn("hpcstack:index:Bucket", "team")
STORE = urn("aws:s3/bucket:Bucket", "team", "hpcstack:index:Bucket$")
HOST = urn("aws:ec2/instance:Instance", "team-<host>", "hpcstack:index:JumpHost$")
JUMP = urn("hpcstack:index:JumpHost", "team")
RESOURCES = [
    resource(STACK, None),
    resource(urn("pulumi:providers:aws", "aws"), STACK),
    resource(NETWORK, STACK),
    resource(VPC, NETWORK),
    *[resource(one, NETWORK, VPC) for one in SUBNETS],
    resource(BUCKET, STACK),
    resource(STORE, BUCKET, protect=True),
    resource(JUMP, STACK),
    resource(HOST, JUMP, VPC, propertyDependencies={"subnetId": SUBNETS, "userData": None}),
    resource(urn("aws:ec2/vpc:Vpc", "replaced", FRAME), NETWORK, delete=True),
]


def graph() -> state.Graph:
    return state.read({"deployment": {"resources": RESOURCES}}, "dev")


def test_components_and_resources_are_read_and_the_rest_is_not() -> None:
    found = graph()
    assert set(found.nodes) == {NETWORK, VPC, *SUBNETS, BUCKET, STORE, JUMP, HOST}
    assert found.children[None] == [BUCKET, JUMP, NETWORK]
    assert found.edges == {(VPC, SUBNETS[0]), (VPC, SUBNETS[1]), (VPC, HOST), *((one, HOST) for one in SUBNETS)}
    assert found.nodes[STORE].protected


@pytest.mark.parametrize(
    "export", [{}, {"deployment": None}, {"deployment": {}}, {"deployment": {"resources": RESOURCES[:2]}}]
)
def test_a_stack_without_resources_is_told_how_to_get_some(export: dict[str, Any]) -> None:
    with pytest.raises(OperatorError, match=r"stack dev has no resources.*`just up dev`"):
        state.read(export, "dev")


def test_the_same_stack_is_the_same_picture() -> None:
    other = state.read({"deployment": {"resources": RESOURCES[::-1]}}, "dev")
    assert dot.of_components(other) == dot.of_components(graph())
    assert dot.of_resources(other) == dot.of_resources(graph())


def test_what_a_longer_way_says_is_left_out() -> None:
    assert state.reduced({("a", "b"), ("b", "c"), ("a", "c"), ("a", "d")}) == {("a", "b"), ("b", "c"), ("a", "d")}
    assert state.reduced({("a", "b"), ("b", "a")}) == {("a", "b"), ("b", "a")}


def test_the_summary_counts_and_joins() -> None:
    boxes = summary.boxes(graph())
    assert boxes[NETWORK].holds == (("aws:ec2/subnet:Subnet", 2), ("aws:ec2/vpc:Vpc", 1))
    assert (boxes[BUCKET].protected, boxes[NETWORK].protected) == (1, 0)
    assert summary.edges(graph()) == {(NETWORK, JUMP)}


def test_the_picture_of_components() -> None:
    text = dot.of_components(graph())
    assert "Stack dev: 5 resources" in text
    assert "2 subnets" in text
    assert "1 protected" in text
    assert text.count(" -> ") == 1
    assert "storage" in text
    assert "databases" not in text


def test_the_picture_of_resources_frames_what_is_needed_whole() -> None:
    text = dot.of_resources(graph())
    assert "names begin with team" in text
    assert "&lt;host&gt;" in text
    (framed,) = (line for line in text.splitlines() if "ltail" in line)
    assert framed.endswith(f'-> "{HOST}" [ltail="cluster {NETWORK}", penwidth=2];')
    assert text.count(" -> ") == 3
    assert "<i>(protected)</i>" in text


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("SecurityGroupIngressRule", "security group ingress rule"),
        ("VpcEndpoint", "VPC endpoint"),
        ("NatGateway", "NAT gateway"),
        ("Eip", "elastic IP"),
        ("BucketObjectv2", "bucket object"),
    ],
)
def test_types_in_words(kind: str, expected: str) -> None:
    assert look.words(kind) == expected


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        ("aws:ec2/instance:Instance", look.MACHINES),
        ("aws:ec2/instanceConnect:X", look.NETWORK),
        ("aws:ec2/securityGroup:SecurityGroup", look.ACCESS),
        ("aws:rds/instance:Instance", look.DATABASES),
        ("hpcstack:index:Users", look.PEOPLE),
        ("random:index:Id", look.OTHER),
    ],
)
def test_colours_go_by_subject(token: str, expected: look.Subject) -> None:
    assert look.subject(token) == expected


def test_letters_get_smaller_and_nothing_else() -> None:
    assert (
        render.narrowed('<text font-size="14.00" x="14.00">14</text>') == '<text font-size="10.9" x="14.00">14</text>'
    )


def test_graphviz_is_pinned_by_its_hash() -> None:
    folder = Path(render.__file__).parent
    wanted = json.loads((folder / "package.json").read_text())["dependencies"]
    locked = json.loads((folder / "package-lock.json").read_text())["packages"]
    for name, version in wanted.items():
        assert locked[f"node_modules/{name}"]["version"] == version
        assert locked[f"node_modules/{name}"]["integrity"].startswith("sha512-")


def pulumi(folder: Path, monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    """A pulumi that answers each command so."""
    program = folder / "pulumi"
    program.write_text(f"#!{sys.executable}\nimport sys\n{answer}\n")
    program.chmod(0o755)
    monkeypatch.setenv(stack.PULUMI, str(program))


def test_the_command_writes_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    pulumi(tmp_path, monkeypatch, f"print({json.dumps(json.dumps({'deployment': {'resources': RESOURCES}}))})")
    target = tmp_path / "picture.dot"
    assert command.main(["--stack", "dev", "--all", "--output", str(target)]) == 0
    assert target.read_text() == dot.of_resources(graph())
    assert "5 resources of stack dev" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("sys.exit('error: no stack named dev found')", "stack dev cannot be read: no stack named dev found"),
        ("print('{}')", "stack dev has no resources"),
        ("print('nothing')", "pulumi answered no JSON"),
    ],
)
def test_what_cannot_be_drawn_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any, answer: str, expected: str
) -> None:
    pulumi(tmp_path, monkeypatch, answer)
    assert command.main(["--stack", "dev", "--output", str(tmp_path / "x.svg")]) == 2
    said = capsys.readouterr().err
    assert said.startswith("error: ")
    assert expected in said
    assert not (tmp_path / "x.svg").exists()


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    pulumi(tmp_path, monkeypatch, f"print({json.dumps(json.dumps({'deployment': {'resources': RESOURCES}}))})")
    assert command.main(["--stack", "dev", "--output", str(tmp_path / "no/x.dot")]) == 2
    assert "no/x.dot cannot be written: No such file or directory" in capsys.readouterr().err
