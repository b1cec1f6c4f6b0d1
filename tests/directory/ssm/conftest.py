"""One emulator and one jump host for all tests of this folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from localcloud.directory import DirectoryInfo
from localcloud.jumphost import service
from scripts.operator import create_users, users
from tests.directory.ssm.bench import BUCKET, Bench, Team, instance, secret
from tests.emulator.rig import REGION, start
from tests.unit.operator_rig import OUTPUTS, FakePulumi


@pytest.fixture(scope="package")
def bench(state: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("systems manager")
    (folder / "state").symlink_to(state)
    host, aws = service.start(), start(folder)
    try:
        s3 = aws.client("s3")
        s3.create_bucket(Bucket=BUCKET)
        s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        yield Bench(aws, host, instance(aws, "managed"), instance(aws, None))
    finally:
        aws.stop()
        service.remove()


@pytest.fixture
def team(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Team:
    for name, value in bench.aws.environment().items():
        monkeypatch.setenv(name, value)
    outputs = OUTPUTS | {
        "region": REGION,
        "bucket": BUCKET,
        "jump_host_access": "ssm",
        "jump_host_instance_id": bench.managed,
        "new_passwords_secret_arn": secret(bench, "none"),
    }
    pulumi = FakePulumi(tmp_path, monkeypatch)
    pulumi.answer(outputs)
    for module in (create_users, users):
        monkeypatch.setattr(module, "PROJECT", tmp_path)
    return Team(tmp_path, outputs, pulumi)


@pytest.fixture
def people(team: Team, bench: Bench, info: DirectoryInfo) -> Team:
    """The same with a real directory."""
    outputs = team.outputs | {
        "domain_name": info.domain,
        "directory_servers": [info.address],
        "directory_admin_user": info.admin_name,
        "directory_admin_secret_arn": secret(bench, info.admin_password_file.read_text().strip()),
        "directory_ca_certificate": info.ca_file.read_text(),
        "users": {"prefix": "course", "count": 3, "start": 1, "width": 3, "group": "courses"},
    }
    team.pulumi.answer(outputs)
    return Team(team.project, outputs, team.pulumi)
