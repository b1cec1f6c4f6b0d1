"""What `just repair` makes of the operations that a killed run left: pure, AWS's answers are given."""

from collections.abc import Iterable
from typing import Any

import pytest

from provider.naming import mark
from scripts.operator.repair import find_parallelcluster, finding, looking, plan
from scripts.operator.repair import planned as planned_creations
from scripts.operator.repair.deployment import UNREAD, Deployment, Pending
from scripts.operator.repair.finding import Wanted
from scripts.operator.repair.plan import FORGET, LEAVE, READ, REMOVE, TAKE, Found, Undecidable
from tests.unit.everything import EVERYTHING
from tests.unit.recorder import run

VPC, RULE = "aws:ec2/vpc:Vpc", "aws:ec2/route:Route"
PROVIDER = "urn:pulumi:dev::hpcstack::pulumi:providers:aws::aws"


def urn(kind: str, name: str) -> str:
    return f"urn:pulumi:dev::hpcstack::{kind}::{name}"


def resource(kind: str = VPC, name: str = "net", **more: Any) -> dict[str, Any]:
    return {"urn": urn(kind, name), "type": kind, "custom": True, "provider": f"{PROVIDER}::1", **more}


def state(*resources: dict[str, Any], **pending: dict[str, Any]) -> Deployment:
    """A state with these resources and pending operations, by kind."""
    tags = '{"tags": {"hpcstack:stack": "dev", "purpose": "default"}}'
    provider = {
        "urn": PROVIDER,
        "type": "pulumi:providers:aws",
        "id": "1",
        "inputs": {"region": "eu-west-1", "defaultTags": tags},
    }
    operations = [{"type": kind, "resource": one} for kind, one in pending.items()]
    return Deployment(
        {"version": 3, "deployment": {"resources": [provider, *resources], "pending_operations": operations}}
    )


def planned(deployment: Deployment, *found: Found, **words: Any) -> plan.Step:
    def find(_: Pending) -> Iterable[Found]:
        return found

    (step,) = plan.plan(deployment, find, words.get("take", {}), words.get("drop", []))
    return step


def test_what_was_made_is_taken_over_and_read() -> None:
    before = state(creating=resource(inputs={"cidrBlock": "10.0.0.0/16"}))
    step = planned(before, Found("vpc-1"))
    assert (step.action, step.identity) == (TAKE, "vpc-1")
    after = Deployment(plan.document(before, [step]))
    assert after.pending == []
    taken = after.resources[-1]
    assert (taken["id"], taken["inputs"], taken["outputs"]) == ("vpc-1", {"cidrBlock": "10.0.0.0/16"}, {})
    # Should the reading be cut too, the resource is read by the next repair, and updated by the next `up`.
    assert taken["initErrors"] == [UNREAD]
    assert plan.to_read(before, [step]) == plan.to_read(after, []) == [urn(VPC, "net")]


def test_what_was_not_made_is_forgotten() -> None:
    before = state(creating=resource())
    step = planned(before)
    assert step.action == FORGET
    assert Deployment(plan.document(before, [step])).pending == []
    assert plan.to_read(before, [step]) == []


def test_what_was_made_beside_another_one_is_removed_by_the_next_up() -> None:
    before = state(resource(id="vpc-1"), creating=resource())
    step = planned(before, Found("vpc-1"), Found("vpc-2"))
    assert (step.action, step.identity) == (REMOVE, "vpc-2")
    added = plan.document(before, [step])["deployment"]["resources"][-1]
    assert (added["id"], added["delete"]) == ("vpc-2", True)


def test_what_the_state_has_is_not_taken_twice() -> None:
    assert planned(state(resource(id="vpc-1"), creating=resource()), Found("vpc-1")).action == FORGET


def test_an_id_of_another_form_is_known_by_its_inputs() -> None:
    inputs = {"routeTableId": "rtb-1", "destinationCidrBlock": "0.0.0.0/0"}
    before = state(resource(RULE, id="r-rtb-11080289494", inputs=inputs), creating=resource(RULE, inputs=inputs))
    assert planned(before, Found("rtb-1_0.0.0.0/0", inputs=inputs)).action == FORGET


@pytest.mark.parametrize(
    ("found", "why"),
    [
        ([Found("vpc-1"), Found("vpc-2")], "any of vpc-1, vpc-2"),
        ([Found("vpc-1", ours=False)], "without this stack's tags"),
    ],
)
def test_what_is_not_clear_is_left_as_it_is(found: list[Found], why: str) -> None:
    before = state(creating=resource())
    step = planned(before, *found)
    assert step.action == LEAVE
    assert why in step.why
    assert plan.document(before, [step]) == before.document


def test_a_foreign_object_does_not_hide_ours() -> None:
    step = planned(state(creating=resource()), Found("vpc-1", ours=False), Found("vpc-2"))
    assert (step.action, step.identity) == (TAKE, "vpc-2")


def test_a_type_that_cannot_be_looked_up_is_left() -> None:
    def find(_: Pending) -> Iterable[Found]:
        raise Undecidable("cannot be looked up")

    (step,) = plan.plan(state(creating=resource("aws:sqs/queue:Queue")), find, {}, [])
    assert (step.action, step.why) == (LEAVE, "cannot be looked up")


def test_the_users_word_settles_it() -> None:
    before = state(creating=resource())
    many = (Found("vpc-1"), Found("vpc-2"))
    assert planned(before, *many, take={urn(VPC, "net"): "vpc-2"}).identity == "vpc-2"
    assert planned(before, *many, drop=[urn(VPC, "net")]).action == FORGET


@pytest.mark.parametrize("kind", ["updating", "deleting"])
def test_a_cut_change_or_deletion_is_read_anew(kind: str) -> None:
    before = state(resource(id="vpc-1"), **{kind: resource(id="vpc-1")})
    step = planned(before)
    assert step.action == READ
    assert plan.to_read(before, [step]) == [urn(VPC, "net")]
    after = Deployment(plan.document(before, [step]))
    assert (after.pending, after.resources) == ([], before.resources)


@pytest.mark.parametrize("kind", ["reading", "importing"])
def test_what_begins_anew_by_itself_is_forgotten(kind: str) -> None:
    assert planned(state(**{kind: resource(id="vpc-1")})).action == FORGET


@pytest.mark.parametrize("kind", ["command:remote:Command", "pulumi:providers:aws"])
def test_what_is_nothing_at_aws_is_not_looked_up(kind: str) -> None:
    def find(_: Pending) -> Iterable[Found]:
        raise AssertionError("was looked up")

    (step,) = plan.plan(state(creating=resource(kind)), find, {}, [])
    assert step.action == FORGET


def test_region_and_tags_come_from_resource_and_provider() -> None:
    deployment = state()
    assert deployment.region(resource()) == "eu-west-1"
    assert deployment.region(resource(inputs={"region": "us-east-1"})) == "us-east-1"
    found = deployment.tags(resource(inputs={"tags": {"Name": "net", "purpose": "own"}}))
    assert found == {"hpcstack:stack": "dev", "purpose": "own", "Name": "net"}


def test_every_type_of_the_program_can_be_looked_up() -> None:
    own_controllers = {**EVERYTHING, "directory": {"kind": "samba-ad"}}
    types = {made.token for sections in (EVERYTHING, own_controllers) for made in run(**sections).resources}
    missing = {kind for kind in types if ":" in kind and kind not in looking.FINDERS}
    assert {kind for kind in missing if not kind.startswith((*plan.NOTHING_AT_AWS, "hpcstack:"))} == set()


def test_the_mark_of_clusters_and_images_is_the_providers() -> None:
    name = urn("hpcstack:index:Cluster$parallelcluster:index:Cluster", "team-dev")
    assert find_parallelcluster.mark(name) == mark(name)


PREVIEWED = {"op": "create", "newState": resource(name="sub", inputs={"vpcId": "vpc-1", "password": "[secret]"})}


def test_a_planned_creation_that_exists_is_taken_over_without_hidden_secrets() -> None:
    before = state()
    wanted = planned_creations.creations({"steps": [PREVIEWED]}, before)
    assert [one.inputs for one in wanted] == [{"vpcId": "vpc-1"}]
    (step,) = planned_creations.steps(wanted, before, lambda _: [Found("vpc-9")])
    assert (step.action, step.identity) == (TAKE, "vpc-9")
    # It was pending nowhere: the state gains the resource and loses nothing.
    after = Deployment(plan.document(before, [step]))
    assert (len(after.resources), after.pending) == (len(before.resources) + 1, [])


@pytest.mark.parametrize("found", [[], [Found("vpc-1"), Found("vpc-2")], [Found("vpc-1", ours=False)]])
def test_a_planned_creation_that_is_not_clear_is_none_of_repairs_business(found: list[Found]) -> None:
    before = state()
    wanted = planned_creations.creations({"steps": [PREVIEWED]}, before)
    assert planned_creations.steps(wanted, before, lambda _: found) == []


def test_only_creations_below_what_the_state_has_are_looked_up() -> None:
    orphan = resource(name="x", parent=urn("hpcstack:index:Network", "gone"))
    steps = [{"op": "same", "newState": resource()}, {"op": "create", "newState": orphan}]
    assert planned_creations.creations({"steps": steps}, state()) == []


@pytest.mark.parametrize(
    ("inputs", "name", "same"),
    [
        ({"name": "net-0123abc"}, "net-0123abc", True),
        ({"name": "net-0123abc"}, "net-ffffff0", False),
        ({"name": "net-0123abc", "__defaults": ["name"]}, "net-ffffff0", True),
        ({"name": "net-0123abc", "__defaults": ["name"]}, "network-ffffff0", False),
        ({"namePrefix": "net-"}, "net-00000001795274337470198190", True),
        ({"namePrefix": "net-"}, "net-b-00000001795274337470198190", False),
    ],
)
def test_names_of_another_run(inputs: dict[str, Any], name: str, same: bool) -> None:
    wanted = Wanted(urn(VPC, "net"), inputs, {}, lambda _: None, anew=True)
    assert wanted.named(name) is same


def test_what_is_not_known_yet_is_not_looked_up() -> None:
    with pytest.raises(Undecidable, match="vpcId"):
        Wanted(urn(VPC, "net"), {"vpcId": finding.UNKNOWN}, {}, lambda _: None).text("vpcId")
