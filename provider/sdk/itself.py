"""The provider as a resource, for programs that declare it early or give it options."""

import pulumi


class Provider(pulumi.ProviderResource):
    """The provider itself, which has no configuration. Without one, Pulumi makes one when the first resource is declared."""

    def __init__(self, resource_name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        """:param resource_name: the logical name."""
        super().__init__("parallelcluster", resource_name, {}, opts)
