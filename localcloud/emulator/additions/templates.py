"""Templates of CloudFormation are read by the YAML library's compiled half.

Sets `yaml.Loader` of this process. Without it: seconds for the template of a cluster, which moto reads at each creation and update.
"""

import yaml
from moto.cloudformation.utils import yaml_tag_constructor


def install() -> None:
    # Moto tells the plain loader the short forms of functions (`!Ref`) itself.
    yaml.CLoader.add_multi_constructor("", yaml_tag_constructor)
    yaml.Loader = yaml.CLoader
