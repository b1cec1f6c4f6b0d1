"""What the rows of components share."""

import json
from typing import TYPE_CHECKING, Any

from tests.engine.acceptance.ground import REGION

if TYPE_CHECKING:
    from settings import Settings


def settings(**sections: Any) -> "Settings":
    """Settings of a stack file with these sections, in its own words."""
    from settings import Settings

    file = {"team": "acceptance", "email": "hpc@example.org", "region": REGION, **sections}
    return Settings.model_validate_json(json.dumps(file))
