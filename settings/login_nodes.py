"""`cluster.loginNodes`: pools of machines that people log in to."""

from typing import Annotated

from pydantic import Field

from settings.actions import NodeActions
from settings.base import InstanceType, Overrides, QueueName, Section
from settings.nodes import Dcv, NodeIam, ProxyAddress


class PoolKeys(Section):
    """What a pool says, and `loginNodes` that have only one."""

    count: Annotated[int, Field(ge=0, le=20)] = 0
    """How many login nodes."""
    instance_type: InstanceType = "t3.medium"
    """EC2 instance type."""
    gracetime_period: Annotated[int, Field(ge=3, le=120)] | None = None
    """Minutes between the word to users of a node and its end; ParallelCluster's default is 10."""
    dcv: Dcv = Dcv()
    """Remote desktops."""
    iam: NodeIam = NodeIam()
    """Rights of the nodes."""
    proxy: ProxyAddress | None = None
    """An HTTP proxy that nodes reach AWS and archives through."""
    custom_actions: NodeActions = NodeActions()
    """Scripts of the team's own on login nodes."""
    overrides: Overrides = {}
    """ParallelCluster's own keys, merged last into the pool."""


class Pool(PoolKeys):
    """Login nodes of one kind, behind a network load balancer of their own."""

    name: QueueName
    """Name of the pool."""


class LoginNodes(PoolKeys):
    """Pools behind ParallelCluster's own network load balancers (TCP 22): with `pools`, or with the keys of a single one."""

    public: bool | None = None
    """Whether the load balancers face the internet (the pools then stand in a public subnet). Default: as `network.layout` says."""
    pools: Annotated[tuple[Pool, ...], Field(max_length=10)] = ()
    """Several pools. Without them the keys beside this one say the only one, named login."""

    @property
    def all_pools(self) -> tuple[Pool, ...]:
        """In either form; none if there is not to be a login node."""
        if self.pools:
            return self.pools
        keys = {field.alias: getattr(self, key) for key, field in PoolKeys.model_fields.items()}
        return (Pool.model_validate({**keys, "name": "login"}),) if self.count else ()

    @property
    def nodes(self) -> int:
        """How many login nodes there are in all pools."""
        return sum(pool.count for pool in self.all_pools)
