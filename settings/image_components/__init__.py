"""Components of an image: what scripts/image/ and a team's own folders describe, and what a stack file makes of them."""

from settings.image_components.choosing import Choice, Download, choose
from settings.image_components.definition import Definition, Unreadable, library, read, shipped
from settings.image_components.releases import Software, software

__all__ = [
    "Choice",
    "Definition",
    "Download",
    "Software",
    "Unreadable",
    "choose",
    "library",
    "read",
    "shipped",
    "software",
]
