from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.local_cloud import LocalCloud


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """Ended and removed after the module, also after a failure."""
    state: Path = tmp_path_factory.mktemp("local cloud") / ".localcloud"
    cloud = LocalCloud(state)
    yield cloud
    cloud.run("demo-down")
    assert not state.exists()
