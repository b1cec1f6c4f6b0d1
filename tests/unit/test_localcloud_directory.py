"""Where the local directory keeps what cannot stand in the project folder."""

from pathlib import Path

import pytest

from localcloud import paths
from localcloud.directory.configuration import lock_directory
from localcloud.directory.layout import Layout
from localcloud.errors import LocalCloudError


def test_sockets_of_a_project_with_a_long_path_live_in_the_users_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "CACHE", Path("/home/me/.cache/hpcstack"))
    assert lock_directory(Layout(Path("/short/directory"))) == Path("/short/directory/run/lock")
    long = Path("/", "x" * 90)
    found = lock_directory(Layout(long / "directory"))
    assert found.parent == Path("/home/me/.cache/hpcstack/samba")
    assert found == lock_directory(Layout(long / "directory.new"))
    monkeypatch.setattr(paths, "CACHE", long)
    with pytest.raises(LocalCloudError, match="set XDG_CACHE_HOME to a shorter path"):
        lock_directory(Layout(long / "directory"))
