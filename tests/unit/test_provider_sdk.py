"""The classes for programs: their properties are those of the package schema, and keys inside documents stay as they are."""

import asyncio
import inspect
from collections.abc import Iterator
from typing import Any

import pulumi
import pytest
from pulumi.runtime import mocks as pulumi_mocks
from pulumi.runtime.mocks import Mocks

from provider import cluster, image, sdk
from provider.schema import package_schema


class Recorder(Mocks):
    """Answers registrations with the outputs that a provider would give, and remembers the inputs."""

    def __init__(self) -> None:
        self.inputs: dict[str, Any] = {}

    def new_resource(self, args: pulumi_mocks.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        self.inputs = dict(args.inputs)
        outputs = {
            "headNode": {"privateIpAddress": "10.0.0.1"},
            "clusterStatus": "CREATE_COMPLETE",
            "clusterName": "hpc-1",
        }
        return "us-east-1/hpc", {**args.inputs, **outputs}

    def call(self, args: pulumi_mocks.MockCallArgs) -> dict[Any, Any]:
        return {}


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    """On an event loop of its own."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    made = Recorder()
    pulumi.runtime.set_mocks(made, preview=False)
    yield made
    loop.close()


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


@pytest.mark.parametrize(("kind", "token"), [(sdk.Cluster, "Cluster"), (sdk.Image, "Image")])
def test_arguments_and_properties_follow_the_schema(kind: type, token: str) -> None:
    resource = package_schema()["resources"][f"parallelcluster:index:{token}"]
    arguments = set(inspect.signature(kind.__init__).parameters) - {"self", "resource_name", "opts"}
    assert arguments == {_snake(name) for name in resource["inputProperties"]}
    outputs = set(resource["properties"]) - set(resource["inputProperties"])
    assert {_snake(name) for name in outputs} <= {
        name for name, _ in inspect.getmembers(kind, inspect.isdatadescriptor)
    }


def test_the_provider_takes_what_the_schema_says() -> None:
    resources = package_schema()["resources"]
    assert set(resources["parallelcluster:index:Cluster"]["inputProperties"]) == set(cluster.INPUTS)
    assert set(resources["parallelcluster:index:Image"]["inputProperties"]) == set(image.INPUTS)


@pulumi.runtime.test
def test_documents_pass_untouched_and_outputs_come_back(recorder: Recorder) -> pulumi.Output[None]:
    document = {"HeadNode": {"Networking": {"SubnetId": "subnet-1"}}, "cluster_name": 1, "clusterName": 2}
    made = sdk.Cluster("hpc", region="us-east-1", version="3.16.1", configuration=document, rollback_on_failure=True)

    def look(found: list[Any]) -> None:
        name, head, status, configuration = found
        assert (name, head["privateIpAddress"], status) == ("hpc-1", "10.0.0.1", "CREATE_COMPLETE")
        assert configuration == document
        assert recorder.inputs["configuration"] == document
        assert recorder.inputs["rollbackOnFailure"] is True

    outputs = [made.cluster_name, made.head_node, made.cluster_status, made.configuration]
    return pulumi.Output.all(*outputs).apply(look)


@pytest.mark.parametrize("name", ["official_images", "describe_cluster", "update_policy"])
def test_functions_follow_the_schema(name: str) -> None:
    words = name.split("_")
    token = words[0] + "".join(word.capitalize() for word in words[1:])
    inputs = package_schema()["functions"][f"parallelcluster:index:{token}"]["inputs"]
    parameters = inspect.signature(getattr(sdk, name)).parameters
    assert set(parameters) == {_snake(key) for key in inputs["properties"]}
    required = {key for key, found in parameters.items() if found.default is inspect.Parameter.empty}
    assert required == {_snake(key) for key in inputs["required"]}
