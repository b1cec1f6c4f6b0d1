"""Scripts for nodes, run for real with an `aws` that copies from a folder."""

import os
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parent.parent.parent / "scripts/node/install-ca-certificate.sh"
PEM = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder whose bin/aws answers `s3 cp` from bucket/."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bucket").mkdir()
    aws = tmp_path / "bin/aws"
    aws.write_text(f'#!/bin/sh\n[ "$1 $2" = "s3 cp" ] || exit 9\ncp "{tmp_path}/bucket/${{4#s3://bucket/}}" "$5"\n')
    aws.chmod(0o755)
    return tmp_path


def install(machine: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PATH": f"{machine / 'bin'}:{os.environ['PATH']}"}
    return subprocess.run([SCRIPT, *arguments], env=environment, capture_output=True, text=True, check=False)


def test_the_certificate_is_put_in_place_once(machine: Path) -> None:
    (machine / "bucket/ca.pem").write_text(PEM)
    target = machine / "etc/hpcstack/ca.pem"
    first = install(machine, "s3://bucket/ca.pem", str(target))
    assert (first.returncode, target.read_text(), target.stat().st_mode & 0o777) == (0, PEM, 0o644)
    written = target.stat().st_mtime_ns
    second = install(machine, "s3://bucket/ca.pem", str(target))
    assert "up to date" in second.stdout
    assert target.stat().st_mtime_ns == written


def test_what_is_no_certificate_is_refused(machine: Path) -> None:
    (machine / "bucket/ca.pem").write_text("<html>")
    target = machine / "ca.pem"
    refused = install(machine, "s3://bucket/ca.pem", str(target))
    assert (refused.returncode, target.exists()) == (1, False)
    assert "holds no PEM certificate" in refused.stderr


@pytest.mark.parametrize("arguments", [(), ("ca.pem", "/x"), ("s3://bucket/ca.pem", "relative")])
def test_wrong_arguments_are_told_the_usage(machine: Path, arguments: tuple[str, ...]) -> None:
    told = install(machine, *arguments)
    assert told.returncode == 2
    assert "usage" in told.stderr


def test_a_missing_object_fails(machine: Path) -> None:
    assert install(machine, "s3://bucket/none", str(machine / "x")).returncode != 0
