"""Head node and login nodes."""

from planning.cluster.actions import custom_actions
from planning.cluster.endpoints import Endpoints
from planning.cluster.overlay import overlay
from planning.cluster.parts import iam, only
from planning.merge import Document
from settings import Settings
from settings.places import places


def head_node(settings: Settings, endpoints: Endpoints) -> Document:
    head = settings.cluster.head_node
    subnets = endpoints.subnet_ids(public=places(settings).head)
    base = {
        "InstanceType": head.instance_type,
        "Networking": {"SubnetId": subnets[0], "AdditionalSecurityGroups": endpoints.security_groups.head},
        "LocalStorage": {"RootVolume": {"Size": head.root_volume_size, "Encrypted": True}},
        "Iam": iam(endpoints),
        **only(Ssh={"KeyName": endpoints.key_name} if endpoints.key_name is not None else None),
        **custom_actions(endpoints, head.custom_actions),
    }
    return overlay(base, head.overrides)


def login_pool(settings: Settings, endpoints: Endpoints) -> Document:
    login = settings.cluster.login_nodes
    subnets = endpoints.subnet_ids(public=places(settings).login)
    base = {
        "Name": "login",
        "InstanceType": login.instance_type,
        "Count": login.count,
        "Networking": {
            "SubnetIds": subnets[:1],
            "AdditionalSecurityGroups": endpoints.security_groups.login,
        },
        "Iam": iam(endpoints),
        **custom_actions(endpoints, login.custom_actions),
    }
    return overlay(base, login.overrides)
