"""Updates keep resources of types that moto cannot update.

Wraps `parsing.parse_and_update_resource`. Without it moto puts None in the place of such a resource, and a later Fn::GetAtt or the
deletion of the stack loses it.
"""

from typing import Any

import moto.cloudformation.parsing as parsing


def install() -> None:
    update = parsing.parse_and_update_resource

    def update_or_keep(
        logical_id: str, resource_json: dict[str, Any], resources_map: Any, account_id: str, region_name: str
    ) -> Any:
        changed = update(logical_id, resource_json, resources_map, account_id, region_name)
        return changed or resources_map._parsed_resources.get(logical_id)

    parsing.parse_and_update_resource = update_or_keep
