"""What a service refuses that the kinds of inputs cannot show, as data: one source for the check, the tests and the docs.

A rule belongs to a stage: `preview` where the official plugin refuses before anything is made, `apply` where the
service itself refuses when asked to create or change, `delete` where the refusal comes with the deletion.
"""

from localcloud.plugins.rules.base import APPLY, DELETE, PREVIEW, Rule, found
from localcloud.plugins.rules.relations import AtMostOne, ExactlyOne, Least, Needed, Refused
from localcloud.plugins.rules.texts import Arn, Cidr, Document, Length, Matches
from localcloud.plugins.rules.values import Items, OneOf, Within

__all__ = [
    "APPLY",
    "DELETE",
    "PREVIEW",
    "Arn",
    "AtMostOne",
    "Cidr",
    "Document",
    "ExactlyOne",
    "Items",
    "Least",
    "Length",
    "Matches",
    "Needed",
    "OneOf",
    "Refused",
    "Rule",
    "Within",
    "found",
]
