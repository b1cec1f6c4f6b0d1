"""Components of EC2 Image Builder."""

from tests.unit.aws_rule_cases.form import Case, Inputs, name, one

DOCUMENT = (
    "schemaVersion: 1.0\nphases: [{name: build, steps: [{name: A, action: ExecuteBash, inputs: {commands: [ls]}}]}]\n"
)
"""The least that Image Builder takes."""
_TOKEN = "aws:imagebuilder/component:Component"

CASES: dict[str, list[Case]] = {
    _TOKEN: [
        *name(128, "a/b"),
        one("platform", "BSD", "Linux"),
        one("version", "1.0", "1.0.0"),
        one("data", None, DOCUMENT),
        one("data", "a" * 16_001, DOCUMENT),
        one("description", "a" * 1025, "a" * 1024),
        one("changeDescription", "a" * 1025, "a" * 1024),
    ],
}
GOOD: dict[str, Inputs] = {_TOKEN: {"platform": "Linux", "version": "1.0.0", "data": DOCUMENT}}
