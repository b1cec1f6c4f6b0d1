"""What the head node does when the REST API's key cannot be had. With Slurm: tests/nodes/test_slurmrestd.py."""

from pathlib import Path
from unittest.mock import patch

import pytest

from scripts.node.library.changes import Changes
from scripts.node.library.faults import Fault
from scripts.node.slurmrestd import keys, refreshing

AWAY = keys.Source(key_secret=None, jwks_url="http://127.0.0.1:9/certs", user_claim="sub")


def refreshed(file: Path, *, kept_serves: bool) -> list[str]:
    """What is said while nobody answers at the identity provider's address."""
    said: list[str] = []
    with patch.object(keys, "KEY_SET", str(file)), patch.object(refreshing, "_PENDING", file.with_suffix(".pending")):
        refreshing.refresh(Changes(said.append, dry_run=False), AWAY, kept_serves=kept_serves)
    return said


def test_an_update_of_the_cluster_goes_on_with_the_key_set_that_is_there(tmp_path: Path) -> None:
    kept = tmp_path / "jwks.json"
    kept.write_text("{}")
    (line,) = refreshed(kept, kept_serves=True)
    assert line.startswith("the present key stays: http://127.0.0.1:9/certs cannot be fetched")
    assert kept.read_text() == "{}"


@pytest.mark.parametrize(("there", "kept_serves"), [(False, True), (True, False)], ids=["none yet", "the timer's run"])
def test_otherwise_it_fails(there: bool, kept_serves: bool, tmp_path: Path) -> None:
    kept = tmp_path / "jwks.json"
    if there:
        kept.write_text("{}")
    with pytest.raises(Fault, match="cannot be fetched"):
        refreshed(kept, kept_serves=kept_serves)
