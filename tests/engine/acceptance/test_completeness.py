"""No resource type and no component without a row in a table; what the tables point to is there."""

import ast
import re

import pytest

from localcloud.plugins.aws.plugin import AwsPlugin
from localcloud.plugins.command.plugin import CommandPlugin
from provider import cluster, image
from tests.engine.acceptance.case import No
from tests.engine.acceptance.components import ROWS
from tests.engine.acceptance.elsewhere import ELSEWHERE
from tests.engine.acceptance.table import CASES
from tests.engine.local_cloud import ROOT


def test_every_type_and_component_has_one_row() -> None:
    types = {*AwsPlugin().types, *CommandPlugin().types, cluster.Cluster.token, image.Image.token}
    components = {
        f"hpcstack:index:{name}"
        for path in (ROOT / "components").glob("*.py")
        for name in re.findall(r"^class (\w+)\(pulumi\.ComponentResource\)", path.read_text(), re.MULTILINE)
    }
    rows = [*(case.token for case in CASES), *(row.token for row in ROWS), *ELSEWHERE]
    assert sorted(rows) == sorted(types | components)


@pytest.mark.parametrize("token", ELSEWHERE)
def test_a_proof_elsewhere_is_there(token: str) -> None:
    for proof in ELSEWHERE[token].values():
        if not isinstance(proof, No):
            file, test = proof
            parsed = ast.parse((ROOT / file).read_text())
            assert test in {part.name for part in parsed.body if isinstance(part, ast.FunctionDef)}
