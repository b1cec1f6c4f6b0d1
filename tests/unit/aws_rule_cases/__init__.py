"""For every rule of the stand-in for pulumi-aws, in its order: inputs that it refuses, and inputs that it takes.

Both are changes to inputs that no rule refuses, those of `GOOD` where none at all would not do; None takes an input away.
A file holds one subject, its `CASES` and its `GOOD`.
"""

from tests.unit.aws_rule_cases import (
    access,
    databases,
    directory,
    domain_names,
    image_components,
    instances,
    lifecycle,
    load_balancing,
    monitoring,
    network,
    storage,
)
from tests.unit.aws_rule_cases.form import Case, Inputs

SUBJECTS = (
    access,
    databases,
    directory,
    domain_names,
    image_components,
    instances,
    lifecycle,
    load_balancing,
    monitoring,
    network,
    storage,
)
CASES: dict[str, list[Case]] = {token: cases for subject in SUBJECTS for token, cases in subject.CASES.items()}
GOOD: dict[str, Inputs] = {token: inputs for subject in SUBJECTS for token, inputs in subject.GOOD.items()}
