"""`Metadata` in DescribeStackResource, from which cfn-init configures a head node. Moto has none."""

import json
from typing import Any

import moto.cloudformation.parsing as parsing
import moto.cloudformation.responses as responses


def install() -> None:
    described = responses.StackResourceDTO.__init__

    def described_with_metadata(self: Any, stack: Any, resource: Any) -> None:
        described(self, stack, resource)
        template = stack.template_dict["Resources"].get(self.logical_resource_id, {})
        if "Metadata" in template:
            self.metadata = json.dumps(parsing.clean_json(template["Metadata"], stack.resource_map))

    responses.StackResourceDTO.__init__ = described_with_metadata
