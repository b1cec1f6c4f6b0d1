"""What the rows of components share."""

from typing import TYPE_CHECKING, Any

from tests.engine.acceptance.ground import REGION

if TYPE_CHECKING:
    from settings import Settings


def settings(**sections: Any) -> "Settings":
    """Settings of a stack file with these sections, in its own words."""
    from settings import Settings

    return Settings.model_validate({"team": "acceptance", "email": "hpc@example.org", "region": REGION, **sections})
