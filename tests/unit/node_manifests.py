"""What nodes of a recorded program run: the manifest that the boot program reads there."""

import hashlib
import json
from typing import Any

from tests.unit.recorder import Recorder

CLUSTER = "parallelcluster:index:Cluster"


def sections(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """By kind of node; of the first pool and the first queue."""
    pools = document.get("LoginNodes", {}).get("Pools", [])
    first = {"head": document["HeadNode"], "compute": document["Scheduling"]["SlurmQueues"][0]}
    return {**first, **({"login": pools[0]} if pools else {})}


def steps(made: Recorder, kind: str, event: str) -> list[tuple[str, list[str]]]:
    """Program and arguments of each step at an event, as the cluster's document leads there."""
    action = sections(made.one(CLUSTER).inputs["configuration"])[kind]["CustomActions"][event]
    action = action.get("Sequence", [action])[0]
    uri, told, *words = action["Args"]
    objects = {one.inputs["key"]: one.inputs for one in made.named("aws:s3/bucketObjectv2:BucketObjectv2")}
    bucket = uri.split("/")[2]
    assert action["Script"] == f"s3://{bucket}/scripts/node-programs/boot.pyz"
    assert "source" in objects["scripts/node-programs/boot.pyz"]
    text = objects[uri.removeprefix(f"s3://{bucket}/")]["content"]
    found = json.loads(text)
    assert (told, found["format"]) == (event, 1)
    pinned = ["--sha256", hashlib.sha256(text.encode()).hexdigest()]
    assert words[-2:] == pinned if kind == "compute" or event == "OnNodeUpdated" else "--sha256" not in words
    rows = found["events"][event]
    assert list(dict.fromkeys(row["name"] for row in rows)) == [one for one in words if one not in pinned]
    for program in found["programs"].values():
        assert program["uri"].removeprefix(f"s3://{bucket}/") in objects
    return [(row["program"], row["arguments"]) for row in rows]
