"""The key of a cluster's log groups: ParallelCluster's document has no word for it, so they get it once the cluster is up."""

from typing import Final

from provider.cluster_calls import ClusterCalls
from provider.values import Plain

LOG_KEY: Final = "logKmsKeyArn"


def encrypt(calls: ClusterCalls, inputs: Plain, former: str | None) -> None:
    """Bring the log groups to the wanted key; without one, and without a former one, they are left alone. Raises ProviderError."""
    key = inputs.get(LOG_KEY)
    if key or former:
        calls.encrypt_logs(key)


def with_key(inputs: Plain, key: str | None) -> Plain:
    """Inputs as they are in force: with this key, or without one."""
    rest = {name: value for name, value in inputs.items() if name != LOG_KEY}
    return {**rest, LOG_KEY: key} if key else rest


def in_force(calls: ClusterCalls, inputs: Plain) -> Plain:
    """Inputs with the key that the log groups have, where one is wanted; without it unless all have it. Raises ProviderError."""
    key = inputs.get(LOG_KEY)
    return with_key(inputs, key if set(calls.keys_of_logs()) <= {key} else None) if key else inputs
