"""Versions of the job scripts on shared storage, and the settings that they read."""

from pathlib import Path

import pytest

from scripts.node.job_environment import places, scripts
from scripts.node.library.changes import Changes


def test_the_former_file_of_settings_goes_with_the_last_version_that_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    former, versions = tmp_path / "job_environment.json", tmp_path / "versions"
    monkeypatch.setattr(places, "FORMER_SETTINGS", str(former))
    monkeypatch.setattr(places, "VERSIONS", str(versions))
    former.write_text("{}")
    for name in ("old", "new"):
        (versions / name / "job").mkdir(parents=True)
    (versions / "new/job/values.py").write_text("VALUES = {}")
    changes = Changes(print, dry_run=False)
    scripts.forget_former_settings(changes)
    assert former.exists()
    (versions / "old/job").rmdir()
    (versions / "old").rmdir()
    scripts.forget_former_settings(changes)
    assert not former.exists()
    scripts.forget_former_settings(changes)
    assert len(changes.made) == 1
