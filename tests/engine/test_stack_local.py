"""The main job: the real engine takes the real program up on the local cloud, changes it, and takes it down. Tests run in order."""

import csv
import json
from pathlib import Path

import pytest

from tests.engine.local_cloud import ROOT, LocalCloud
from tests.engine.tagged import untagged

pytestmark = [
    pytest.mark.engine,
    pytest.mark.directory,
]


def test_demo_takes_the_platform_up_and_shows_its_outputs(cloud: LocalCloud) -> None:
    shown = cloud.run("demo").stdout
    assert "cluster_status" in shown
    assert "20 created" in shown.replace("created: 20", "20 created"), shown
    outputs = cloud.outputs()
    assert outputs["cluster_status"] == "CREATE_COMPLETE"
    assert outputs["ami_id"].startswith("ami-")
    assert outputs["directory_servers"]
    missing = {
        "db_endpoint",
        "slurm_db_endpoint",
        "head_node_ip",
        "login_address",
        "storage_mounts",
        "DomainPWARN",
        "dashboard_url",
    } - set(outputs)
    assert not missing


def test_no_secret_is_in_outputs_or_in_the_state_in_clear(cloud: LocalCloud) -> None:
    client = cloud.client("secretsmanager")
    secrets = [
        client.get_secret_value(SecretId=one["ARN"])["SecretString"] for one in client.list_secrets()["SecretList"]
    ]
    (key,) = (cloud.state / "jumphost").rglob("client_key")
    secrets.append(key.read_text().splitlines()[3])
    assert len(secrets) == 5
    state = "".join(path.read_text(errors="replace") for path in (cloud.state / "backend").rglob("*") if path.is_file())
    shown = cloud.pulumi("outputs", "local", "--json")
    for secret in secrets:
        assert secret not in state
        assert secret not in shown


def test_everything_bears_the_one_map_of_tags(cloud: LocalCloud) -> None:
    own = {"team": "demo", "stack": "local", "environment": "dev", "owner": "demo@example.org"}
    tags = {f"hpcstack:{key}": value for key, value in own.items()} | {"purpose": "demonstration"}
    assert untagged(cloud, "local", tags) == []


def test_a_second_up_changes_nothing(cloud: LocalCloud) -> None:
    assert "unchanged" in cloud.pulumi("up", "local", "--yes", "--skip-preview", "--expect-no-changes")


def test_a_refresh_changes_nothing(cloud: LocalCloud) -> None:
    assert "unchanged" in cloud.pulumi("refresh", "local", "--yes", "--skip-preview", "--expect-no-changes")


def test_create_users_completes_what_is_there(cloud: LocalCloud) -> None:
    shown = cloud.run("create-users", "25", "local").stdout
    words = shown.split()
    assert words[words.index("created") + 1] == "5", shown
    assert words[words.index("already") + 1] == "20", shown
    (stored,) = (Path(word) for word in words if word.endswith(".csv"))
    path = stored if stored.is_absolute() else ROOT / stored
    try:
        assert path.stat().st_mode & 0o077 == 0
        names = {row[0] for row in csv.reader(path.open())}
        assert {"posit0001", "posit0025"} <= names
    finally:
        path.unlink()


def test_a_tag_is_changed_in_place(cloud: LocalCloud) -> None:
    shown = cloud.pulumi("up", "local", "--yes", "--skip-preview", "-c", 'hpcstack:tags={"purpose":"changed"}')
    assert "updated" in shown
    assert "replaced" not in shown


def test_what_went_outside_is_seen_and_made_again(cloud: LocalCloud) -> None:
    client = cloud.client("s3")
    client.delete_bucket_policy(Bucket=cloud.outputs()["bucket"])
    cloud.pulumi("refresh", "local", "--yes", "--skip-preview")
    cloud.pulumi("up", "local", "--yes", "--skip-preview")
    assert "SecureTransport" in client.get_bucket_policy(Bucket=cloud.outputs()["bucket"])["Policy"]


def test_a_jump_host_is_made_and_its_users_are_a_list(cloud: LocalCloud) -> None:
    """Over Systems Manager; on the local cloud its commands run on the real sshd's host, against the real directory."""
    changes = ['hpcstack:jumpHost={"kind":"ec2"}', 'hpcstack:users={"file":"tests/unit/user_lists/right.csv"}']
    flags = [word for change in changes for word in ("-c", change)]
    shown = cloud.pulumi("up", "local", "--yes", "--skip-preview", *flags)
    assert "created: 2" in shown
    assert "new passwords wait for" in shown
    assert "nothing to do" in cloud.run("users", "plan", "local").stdout
    instance = cloud.outputs()["jump_host_instance_id"]
    assert cloud.run("jump", "local", "--", "pwd").stdout.strip().endswith(f"/instances/{instance}")


def test_destroy_leaves_the_account_empty(cloud: LocalCloud) -> None:
    cloud.pulumi("destroy", "local", "--yes", "--skip-preview")
    assert cloud.left() == {}


def test_stack_dev_previews_on_the_local_cloud(cloud: LocalCloud) -> None:
    shown = cloud.pulumi("preview", "dev", "--local")
    assert "parallelcluster:index:Cluster" in shown
    assert "aws:lb:LoadBalancer" in shown
    assert json.loads((cloud.state / "run" / "emulator.json").read_text())["pid"]
    assert "hpcstack:secrets" not in (ROOT / "Pulumi.dev.yaml").read_text()


def test_a_bad_stack_file_is_told_and_makes_nothing(cloud: LocalCloud) -> None:
    bad = ["-c", "hpcstack:teem=x", "-c", 'hpcstack:network={"zones":9,"cidr":"10.0.0.1/16"}']
    for command in (["preview"], ["up", "--yes"]):
        done = cloud.run("pulumi", command[0], "dev", "--local", *command[1:], *bad, check=False)
        shown = " ".join(done.stdout.split())
        assert done.returncode != 0
        assert 'hpcstack:teem: "x" is an unknown key allowed: team (the nearest known key)' in shown
        assert "hpcstack:network.zones: 9 is above 3" in shown
        assert "fix: write 10.0.0.0/16" in shown
        assert "Traceback" not in shown
    assert cloud.left() == {}
