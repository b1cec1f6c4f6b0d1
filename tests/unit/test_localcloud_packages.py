"""Debian packages of the local cloud, with apt and dpkg played by scripts: nothing is installed."""

import os
from pathlib import Path

import pytest

from localcloud import packages, paths
from localcloud.errors import LocalCloudError

DPKG = """#!/bin/sh
for package in "$@"; do
    case $package in -*) ;; *) test -e '{folder}/has-'"$package" && echo "$package installed" ;; esac
done
exit 1
"""
APT = """#!/bin/sh
echo "$*" >> '{folder}/calls'
cat '{policy}' >> '{folder}/policy-seen' 2>/dev/null
case "$*" in
    *update*) touch '{folder}/lists' ;;
    *install*)
        test -e '{folder}/lists' || {{ echo 'E: Unable to locate package' >&2; exit 100; }}
        test -e '{folder}/refuses' && {{ echo 'E: Could not get lock' >&2; exit 100; }}
        for package in "$@"; do touch '{folder}/has-'"$package"; done ;;
esac
exit 0
"""


@pytest.fixture
def debian(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that plays the machine: has-<package>, lists, calls of apt."""
    policy = tmp_path / "policy-rc.d"
    for name, text in {"dpkg-query": DPKG, "apt-get": APT}.items():
        (tmp_path / name).write_text(text.format(folder=tmp_path, policy=policy))
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(packages, "_POLICY", policy)
    monkeypatch.setattr(paths, "STATE", tmp_path / "state")
    monkeypatch.setattr(paths, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return tmp_path


def _have(debian: Path, *names: str) -> None:
    for name in names:
        (debian / f"has-{name}").touch()


def test_nothing_is_done_when_nothing_is_missing(debian: Path) -> None:
    _have(debian, *packages.NEEDED)
    assert packages.ensure().missing == []
    assert not (debian / "calls").exists()


def test_without_root_what_is_missing_is_told(debian: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    _have(debian, *(set(packages.NEEDED) - {"samba", "krb5-user"}))
    assert packages.ensure().missing == ["samba", "krb5-user"]
    assert not (debian / "calls").exists()


def test_root_installs_what_is_missing_with_services_off(debian: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (debian / "lists").touch()
    _have(debian, *(set(packages.NEEDED) - {"samba"}))
    assert packages.ensure().missing == []
    calls = (debian / "calls").read_text()
    assert "--no-install-recommends samba\n" in calls
    assert "update" not in calls
    assert "exit 101" in (debian / "policy-seen").read_text()
    assert not (debian / "policy-rc.d").exists()
    printed = capsys.readouterr()
    assert printed.err.count("\n") == 1
    assert printed.out == ""


def test_old_lists_are_fetched_anew_once(debian: Path) -> None:
    assert packages.ensure().missing == []
    assert [line.split()[-2] for line in (debian / "calls").read_text().splitlines() if "update" in line] == ["update"]


def test_a_refusal_names_packages_reason_and_log_and_leaves_no_policy(debian: Path) -> None:
    for name in ("lists", "refuses"):
        (debian / name).touch()
    with pytest.raises(LocalCloudError, match=r"E: Could not get lock; see .*apt\.log") as caught:
        packages.ensure()
    assert "samba" in str(caught.value)
    assert not (debian / "policy-rc.d").exists()


def test_a_policy_of_the_machine_is_kept(debian: Path) -> None:
    (debian / "lists").touch()
    (debian / "policy-rc.d").write_text("#!/bin/sh\nexit 104\n")
    packages.ensure()
    assert (debian / "policy-rc.d").read_text() == "#!/bin/sh\nexit 104\n"


def test_a_policy_that_a_killed_run_left_is_removed(debian: Path) -> None:
    (debian / "lists").touch()
    (debian / "policy-rc.d").write_text(f"#!/bin/sh\n{packages._MARK}exit 101\n")
    packages.ensure()
    assert not (debian / "policy-rc.d").exists()
