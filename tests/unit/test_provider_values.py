"""Property values, paths and names of the provider."""

import pytest
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.runtime import rpc

from provider import naming, values
from provider.errors import ProviderError


def test_whole_numbers_become_integers_and_fractions_stay() -> None:
    wired = PropertyValue({"MaxCount": PropertyValue(4.0), "SpotPrice": PropertyValue(0.25), "On": PropertyValue(True)})
    plain = values.plain(wired)
    assert plain == {"MaxCount": 4, "SpotPrice": 0.25, "On": True}
    assert type(plain["MaxCount"]) is int
    assert type(plain["On"]) is bool


def test_plain_values_survive_the_wire() -> None:
    plain = {"a": [1, "x", {"b": 2.5}], "c": True}
    assert values.plain_map(values.wire_map(plain)) == plain


def test_nulls_are_left_out_and_unknowns_are_found() -> None:
    wired = {"a": PropertyValue(None), "b": PropertyValue([PropertyValue(rpc.UNKNOWN), PropertyValue("x")])}
    plain = values.plain_map(wired)
    assert plain == {"b": [values.UNKNOWN, "x"]}
    assert list(values.unknown_paths(plain)) == [("b", 0)]
    assert not values.known(plain)
    sent = PropertyValue.marshal_map(values.wire_map(plain))
    assert values.plain_map(PropertyValue.unmarshal_map(sent)) == plain


def test_secrets_stay_secret_and_their_texts_are_known() -> None:
    given = {"a": PropertyValue({"b": PropertyValue("hidden", is_secret=True)}), "c": PropertyValue("open")}
    assert values.secret_keys(given) == {"a"}
    assert [text for value in given.values() for text in values.secret_texts(value)] == ["hidden"]
    assert values.wire_map({"a": "x", "c": "y"}, frozenset({"a"}))["a"].is_secret


def test_paths_are_written_as_pulumi_reads_them() -> None:
    path = ("Scheduling", "SlurmQueues", 0, "Name")
    assert values.path_text("configuration", path) == "configuration.Scheduling.SlurmQueues[0].Name"
    assert values.path_text("configuration", ("a.b",)) == 'configuration["a.b"]'


@pytest.mark.parametrize(
    ("logical", "expected"),
    [
        ("hpc", "hpc-1234567"),
        ("my team_a", "my-team-a-1234567"),
        ("1st", "c-1st-1234567"),
        ("x" * 60, "x" * 32 + "-1234567"),
    ],
)
def test_automatic_names_are_names(logical: str, expected: str) -> None:
    name = naming.automatic(logical, "1234567", 40)
    assert name == expected
    assert naming.CLUSTER_NAME.fullmatch(name)


@pytest.mark.parametrize("name", ["a", "1a", "a_b", "x" * 41, ""])
def test_what_is_no_cluster_name(name: str) -> None:
    assert naming.CLUSTER_NAME.fullmatch(name) is None


def test_a_suffix_follows_its_seed() -> None:
    assert naming.random_suffix(b"seed") == naming.random_suffix(b"seed")
    assert naming.random_suffix(b"") != naming.random_suffix(b"")


def test_content_names_do_not_depend_on_the_order_of_keys() -> None:
    assert naming.content_suffix({"a": 1, "b": 2}) == naming.content_suffix({"b": 2, "a": 1})
    assert naming.content_suffix({"a": 1}) != naming.content_suffix({"a": 2})


def test_ids_are_region_and_name() -> None:
    assert naming.split_id(naming.resource_id("us-east-1", "hpc")) == ("us-east-1", "hpc")
    with pytest.raises(ProviderError, match="region/name"):
        naming.split_id("hpc")


def test_the_mark_is_a_legal_tag_value_and_comes_off_again() -> None:
    urn = "urn:pulumi:dev::hpcstack::hpcstack:index:Cluster$parallelcluster:index:Cluster::hpc"
    assert naming.mark(urn) == "hpcstack/dev/hpc"
    own = [{"Key": "a", "Value": "b"}]
    marked = naming.with_mark(own, naming.mark(urn))
    assert len(marked) == 2
    assert naming.with_mark(marked, "other")[1]["Value"] == "other"
    assert naming.without_mark(marked) == own
