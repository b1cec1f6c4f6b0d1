"""What is left of an account."""

import pytest

from localcloud.emulator.inventory import LEFT_BY_PARALLELCLUSTER, _sorted_out

pytestmark = pytest.mark.emulator


def test_inventory_sets_apart_what_parallelcluster_leaves_by_design() -> None:
    found = {
        "log groups": ["/aws/parallelcluster/hpc-1", "/aws/lambda/pcluster-CleanupResources-1", "/ours"],
        "buckets": ["parallelcluster-0a1b-v1-do-not-delete", "parallelcluster-mine"],
        "roles": ["PClusterBuildImageCleanupRole-1-v2"],
        "vpcs": [],
    }
    left = _sorted_out(found)
    assert left.pop(LEFT_BY_PARALLELCLUSTER) == [
        "/aws/lambda/pcluster-CleanupResources-1",
        "/aws/parallelcluster/hpc-1",
        "parallelcluster-0a1b-v1-do-not-delete",
        "PClusterBuildImageCleanupRole-1-v2",
    ]
    assert left == {"log groups": ["/ours"], "buckets": ["parallelcluster-mine"]}
