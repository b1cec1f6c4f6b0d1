"""Run by ParallelCluster's own Python: which validators it has, what each asks AWS, and how the AWS at AWS_ENDPOINT_URL answers.

Standard input: `{call: [arguments of what exists, arguments of what does not]}` in JSON, a call as `ec2.describe_image`.
Standard output: `{"validators": {name: calls}, "answers": {call: [answer, answer]}}`; an answer is `ok` or the error's code.
"""

import ast
import importlib
import inspect
import json
import pkgutil
import re
import sys
from types import ModuleType

import pcluster.config.cluster_config  # first: two of its modules import each other
import pcluster.validators
from pcluster.aws.aws_api import AWSApi
from pcluster.aws.common import AWSClientError, Cache
from pcluster.validators.common import Validator

_CALL = re.compile(r"AWSApi\.instance\(\)\.(\w+\.\w+)|IamClient\(\)\.(\w+)")
_LOADED = {"KeyPairInfo": "ec2.describe_key_pair"}
"""What asks AWS when it is made."""


def validators() -> dict[str, list[str]]:
    """Every validator that says something itself, with all calls in its code and in what that uses of its module."""
    found: dict[str, list[str]] = {}
    for module in pkgutil.iter_modules(pcluster.validators.__path__, "pcluster.validators."):
        loaded = importlib.import_module(module.name)
        for name, kind in inspect.getmembers(loaded, inspect.isclass):
            own = kind.__module__ == loaded.__name__ and issubclass(kind, Validator)
            if own and not inspect.isabstract(kind) and not name.startswith("_"):
                found[name] = sorted(_calls(name, loaded, set()))
    return found


def _calls(name: str, module: ModuleType, seen: set[str]) -> set[str]:
    thing = vars(module).get(name)
    if name in seen or thing is None:
        return set()
    seen.add(name)
    if name in _LOADED:
        return {_LOADED[name]}
    if not (inspect.isclass(thing) or inspect.isfunction(thing)) or not thing.__module__.startswith(
        "pcluster.validators"
    ):
        return set()
    home = sys.modules[thing.__module__]
    tree = ast.parse(inspect.getsource(thing))
    found = {call or f"iam.{of_iam}" for call, of_iam in _CALL.findall(ast.unparse(tree))}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found |= _calls(node.id, home, seen)
    return found


def answer(call: str, arguments: list[object]) -> str:
    client, _, function = call.partition(".")
    Cache.clear_all()
    try:
        found = getattr(getattr(AWSApi.instance(), client), function)
        found(**arguments[0]) if arguments and isinstance(arguments[0], dict) else found(*arguments)
    except AWSClientError as error:
        return error.error_code or error.message.splitlines()[0][:60]
    except Exception as error:  # noqa: BLE001  # whatever a validator would see
        return type(error).__name__
    return "ok"


def main() -> None:
    asked: dict[str, list[list[object]]] = json.load(sys.stdin)
    answers = {call: [answer(call, arguments) for arguments in both] for call, both in asked.items()}
    print(json.dumps({"validators": validators(), "answers": answers}))


if __name__ == "__main__":
    main()
