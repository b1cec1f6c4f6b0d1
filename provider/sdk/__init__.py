"""The resources and functions of the provider for Pulumi programs in Python.

`configuration` is ParallelCluster's own document, key by key; keys inside it and inside outputs are never translated.
"""

from provider.sdk.cluster import Cluster
from provider.sdk.functions import describe_cluster, official_images, update_policy
from provider.sdk.image import Image
from provider.sdk.itself import Provider

__all__ = ["Cluster", "Image", "Provider", "describe_cluster", "official_images", "update_policy"]
