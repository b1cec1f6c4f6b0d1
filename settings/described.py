"""What stands below the fields of the model's classes, for pages and for editors.

Pydantic can read it too (`use_attribute_docstrings`), but then does at each start of the program, a third of the model's import.
"""

import ast
import inspect
import textwrap
from functools import cache
from itertools import pairwise

from pydantic import BaseModel


@cache
def fields(model: type[BaseModel]) -> dict[str, str]:
    """The text below each field, by the field's name in Python; those that a class inherits too."""
    found: dict[str, str] = {}
    for cls in reversed(model.__mro__):
        if issubclass(cls, BaseModel) and cls is not BaseModel:
            found |= _below(cls)
    return found


def _below(cls: type) -> dict[str, str]:
    (parsed,) = ast.parse(textwrap.dedent(inspect.getsource(cls))).body
    assert isinstance(parsed, ast.ClassDef)
    found: dict[str, str] = {}
    for field, below in pairwise(parsed.body):
        text = below.value if isinstance(below, ast.Expr) else None
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(text, ast.Constant):
            found[field.target.id] = inspect.cleandoc(str(text.value))
    return found
