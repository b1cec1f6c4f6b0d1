"""What is left without refused values."""

import itertools
import json
from typing import Any

from settings.problem import Path
from settings.remainder import without


def test_what_is_left_stands_in_one_order_whatever_the_order_of_what_goes() -> None:
    values: dict[str, Any] = {"team": "A", "email": 1, "region": "x", "cluster": {"queues": [{"name": 1}]}, "tags": {}}
    places: list[Path] = [("team",), ("email",), ("region",), ("cluster", "queues", 0, "name"), ("tags", "a")]
    texts = {json.dumps(without(values, order)) for order in itertools.permutations(places)}
    (text,) = texts
    assert json.loads(text)["email"] == "nobody@example.org"
    assert json.loads(text)["cluster"]["queues"] == [{"name": "stand-in-0"}]
