"""Slurm's REST API on real Slurm: who is let in, as whom a job runs, what a second run and a rotated key change."""

import re
import time
from collections.abc import Iterator

import pytest

from scripts.operator import slurm_token
from tests.nodes import slurm_files, slurm_machine
from tests.nodes.slurm_machine import SlurmMachine
from tests.nodes.slurm_rest import (
    ARN,
    HMAC_LINES,
    KEY,
    OTHER,
    PORT,
    SERVICES,
    STATE,
    URL,
    WRITTEN,
    Provider,
    ask,
    job,
    token,
    use,
    version,
    with_key,
    with_url,
)

pytestmark = pytest.mark.nodes


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SlurmMachine]:
    """A head node after both of the program's custom actions."""
    with slurm_machine.start(tmp_path_factory.mktemp("rest"), accounting=True) as machine:
        machine.secret(ARN, KEY)
        prepared = machine.program("slurmrestd", *with_key("prepare"))
        assert prepared.returncode == 0, prepared.stdout + prepared.stderr
        use(machine, HMAC_LINES)
        served = machine.program("slurmrestd", *with_key("serve", "--port", str(PORT)))
        assert served.returncode == 0, served.stdout + served.stderr
        yield machine


def test_only_a_good_token_is_let_in(api: SlurmMachine) -> None:
    assert ask(api, "diag/", token("alice"))[0] == 200
    assert ask(api, "ping/", token("alice"))[0] == 200
    assert ask(api, f"/slurmdb/{version(api)}/jobs/", token("alice"))[0] == 200
    made = api.run("scontrol", "token", "username=alice", "lifespan=60").removeprefix("SLURM_JWT=")
    assert ask(api, "diag/", made)[0] == 200
    assert api.run("scontrol", "token", "lifespan=3600", user="alice")
    assert api.try_("scontrol", "token", "lifespan=3601", user="alice").returncode != 0  # root alone makes longer ones
    assert ask(api, "diag/", slurm_token.signed("alice", KEY, 60, int(time.time())))[0] == 200


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        (None, 401),
        ("not.a.token", 511),
        (token("alice", seconds=-10), 511),
        (token("alice", key=OTHER, seconds=86_400), 511),
    ],
    ids=["none", "bad", "expired", "foreign"],
)
def test_no_other_token_is(api: SlurmMachine, given: str | None, refused: int) -> None:
    """Without any, slurmrestd itself says 401. It checks none: 24.11 says 511 if slurmctld refuses it, 502 if slurmdbd does."""
    status, answer = ask(api, "diag/", given)
    assert status == refused, answer
    assert ask(api, "job/submit", given, job("true", "/tmp"))[0] == refused
    assert ask(api, f"/slurmdb/{version(api)}/jobs/", given)[0] == (401 if given is None else 502)


def test_a_job_runs_as_the_tokens_user_and_is_accounted(api: SlurmMachine) -> None:
    status, answer = ask(api, "job/submit", token("alice"), job("id -un; id -u", "/home/alice"))
    assert status == 200, answer
    number = answer["job_id"]
    api.wait(f"sacct -j {number} -aXPn -o state | grep -qx COMPLETED")
    assert api.sh(f"sacct -j {number} -aXPn -o user,account,jobname") == "alice|pcdefault|by-rest"
    assert api.path(f"/home/alice/out-{number}").read_text().split()[0] == "alice"


def test_the_daemon_is_nobody_else_and_listens_where_it_was_told(api: SlurmMachine) -> None:
    pid = api.processes("slurmrestd")["slurmrestd"]
    assert api.run("ps", "-o", "user:20=,group:20=", "-p", pid).split() == ["slurmrestd", "slurmrestd"]
    sockets = [line.split() for line in api.sh(f"ss -Hltnp | grep pid={pid},").splitlines()]
    assert [one[3] for one in sockets] == [f"{slurm_files.ADDRESS}:{PORT}"]
    status = api.path(f"/proc/{pid}/status").read_text()
    assert "CapEff:\t0000000000000000" in status
    assert "NoNewPrivs:\t1" in status
    assert api.try_("cat", f"{STATE}/jwt_hs256.key", user="slurmrestd").returncode != 0


def test_the_key_is_slurms_alone_and_nowhere_else(api: SlurmMachine) -> None:
    assert api.run("stat", "-c", "%U %G %a", f"{STATE}/jwt_hs256.key") == "slurm slurm 600"
    assert api.path(f"{STATE}/jwt_hs256.key").read_text() == KEY
    where = "/etc /opt/slurm/etc /opt/hpcstack /var/log /run/hpcstack"
    assert api.try_("grep", "-rlsF", KEY, *where.split()).stdout == ""


def test_a_second_run_changes_no_byte_and_restarts_nothing(api: SlurmMachine) -> None:
    before, ran = api.files(*WRITTEN), api.processes(*SERVICES)
    for step in (with_key("prepare"), with_key("serve", "--port", str(PORT))):
        done = api.program("slurmrestd", *step)
        assert done.returncode == 0, done.stderr
        assert done.stdout.splitlines()[-1].endswith(" 0 changes")
    assert (api.files(*WRITTEN), api.processes(*SERVICES)) == (before, ran)


def test_a_dry_run_tells_and_changes_nothing(api: SlurmMachine) -> None:
    before, ran = api.files(*WRITTEN), api.processes(*SERVICES)
    done = api.program("slurmrestd", *with_key("serve", "--port", "8083", "--dry-run"))
    assert done.returncode == 0, done.stderr
    assert "would be: /etc/systemd/system/slurmrestd.service written" in done.stdout
    assert (api.files(*WRITTEN), api.processes(*SERVICES)) == (before, ran)


@pytest.mark.parametrize(
    ("secret", "told"),
    [(None, "cannot be read: .*ResourceNotFoundException"), ("short", "has 5 characters; a signing key has 32")],
)
def test_a_secret_that_is_no_key_changes_nothing(api: SlurmMachine, secret: str | None, told: str) -> None:
    """It fails the boot and the timer; an update of a cluster that has a key goes on with that one, and says so."""
    before, ran = api.files(*WRITTEN), api.processes(*SERVICES)
    api.secret(ARN, secret)
    try:
        for step in ("prepare", "refresh"):
            done = api.program("slurmrestd", *with_key(step))
            assert done.returncode == 1
            assert re.search(told, done.stderr)
            assert len(done.stderr.splitlines()) == 1
        served = api.program("slurmrestd", *with_key("serve", "--port", str(PORT)))
        assert served.returncode == 0, served.stderr
        assert re.search(f"the present key stays: .*{told}", served.stdout)
    finally:
        api.secret(ARN, KEY)
    assert (api.files(*WRITTEN), api.processes(*SERVICES)) == (before, ran)
    assert ask(api, "diag/", token("alice"))[0] == 200


@pytest.mark.parametrize(
    "arguments",
    [(), ("serve",), ("serve", "--key-secret", "my-key"), ("serve", "--key-secret", ARN, "--jwks-url", "https://a.b")],
)
def test_bad_arguments_are_told_the_usage(api: SlurmMachine, arguments: tuple[str, ...]) -> None:
    done = api.program("slurmrestd", *arguments)
    assert (done.returncode, "usage: slurmrestd" in done.stderr) == (2, True)


def test_no_other_node_serves(api: SlurmMachine) -> None:
    api.role("ComputeFleet")
    try:
        done = api.program("slurmrestd", *with_key("serve"))
    finally:
        api.role("HeadNode")
    assert (done.returncode, "this node is a ComputeFleet" in done.stderr) == (1, True)


def test_a_rotated_key_ends_the_old_tokens(api: SlurmMachine) -> None:
    """By what the timer runs."""
    assert api.run("systemctl", "is-enabled", "hpcstack-slurmrestd-key.timer") == "enabled"
    api.secret(ARN, OTHER)
    api.run("systemctl", "start", "hpcstack-slurmrestd-key.service")
    api.wait("sinfo -h -o %t | grep -qE 'idle|alloc|mix'")
    assert ask(api, "diag/", token("alice", key=OTHER))[0] == 200
    assert ask(api, f"/slurmdb/{version(api)}/jobs/", token("alice", key=OTHER))[0] == 200
    assert ask(api, "diag/", token("alice"))[0] == 511
    ran = api.processes(*SERVICES)
    api.run("systemctl", "start", "hpcstack-slurmrestd-key.service")
    assert api.processes(*SERVICES) == ran


def test_the_controllers_restart_is_waited_for_by_nobody(api: SlurmMachine) -> None:
    ran = api.processes("slurmrestd")
    api.run("systemctl", "restart", "slurmctld")
    api.wait("scontrol ping | grep -q 'is UP'")
    assert ask(api, "diag/", token("alice", key=OTHER))[0] == 200
    assert api.processes("slurmrestd") == ran


def test_a_database_that_is_down_loses_no_job(api: SlurmMachine) -> None:
    """slurmctld keeps what it cannot tell, and slurmdbd connects again."""
    api.run("systemctl", "stop", "mariadb")
    try:
        status, answer = ask(api, "job/submit", token("alice", key=OTHER), job("id -un", "/home/alice"))
        assert status == 200, answer
        number = answer["job_id"]
        api.wait(f"grep -qx alice /home/alice/out-{number}")
        assert ask(api, "diag/", token("alice", key=OTHER))[0] == 200
    finally:
        api.run("systemctl", "start", "mariadb")
    api.wait(f"sacct -j {number} -aXPn -o state | grep -qx COMPLETED", 120)


def test_after_a_reboot_all_is_there_again_without_the_program(api: SlurmMachine) -> None:
    """Also where the database comes up later than slurmdbd."""
    api.run("systemctl", "disable", "-q", "mariadb")
    api.reboot()
    api.wait("systemctl is-active -q slurmrestd hpcstack-slurmrestd-key.timer")
    api.run("systemctl", "enable", "-q", "--now", "mariadb")
    api.wait("! sacctmgr show clusters -Pn 2>&1 | grep -qE 'error|refused'", 120)
    api.wait("scontrol ping | grep -q 'is UP' && sinfo -h -o %t | grep -qx idle", 120)
    assert ask(api, "diag/", token("alice", key=OTHER))[0] == 200
    assert ask(api, f"/slurmdb/{version(api)}/jobs/", token("alice", key=OTHER))[0] == 200


# From here on the machine has an identity provider in place of the key.


@pytest.fixture(scope="module")
def provider(api: SlurmMachine) -> Provider:
    found = Provider(api)
    found.make_key("first")
    found.show()
    api.run(
        "systemd-run", "-q", "--unit=oidc", "python3", "-m", "http.server", "-b", "127.0.0.1", "-d", "/srv/oidc", "8090"
    )
    api.wait(f"curl -sSf {URL} > /dev/null")
    prepared = api.program("slurmrestd", "prepare", "--jwks-url", URL)
    assert prepared.returncode == 0, prepared.stderr
    claims = f"jwks={STATE}/jwks.json,disable_token_creation,userclaimfield=preferred_username"
    use(api, {"AuthAltTypes": "auth/jwt", "AuthAltParameters": claims})
    served = api.program("slurmrestd", *with_url("serve"))
    assert served.returncode == 0, served.stdout + served.stderr
    return found


def test_tokens_of_an_identity_provider_are_let_in_and_no_others_are_made(
    api: SlurmMachine, provider: Provider
) -> None:
    assert ask(api, "diag/", provider.token("bob", "first"))[0] == 200
    assert ask(api, f"/slurmdb/{version(api)}/jobs/", provider.token("bob", "first"))[0] == 200
    assert ask(api, "diag/", token("bob", key=OTHER))[0] == 511
    assert api.try_("scontrol", "token", "lifespan=60", user="alice").returncode != 0
    status, answer = ask(api, "job/submit", provider.token("bob", "first"), job("id -un", "/home/bob"))
    assert status == 200, answer
    api.wait(f"grep -qx bob /home/bob/out-{answer['job_id']}")


@pytest.mark.parametrize("broken", ["<html>down</html>", '{"keys": []}', '{"keys": [{"kty": "EC", "kid": "a"}]}', "[]"])
def test_a_broken_answer_does_not_replace_the_good_set(api: SlurmMachine, provider: Provider, broken: str) -> None:
    before, ran = api.files(STATE), api.processes(*SERVICES)
    provider.show(broken)
    try:
        done = api.program("slurmrestd", *with_url("refresh"))
    finally:
        provider.show()
    assert (done.returncode, URL in done.stderr) == (1, True)
    assert api.processes(*SERVICES) == ran
    assert {name: one for name, one in api.files(STATE).items() if "jwks" in name} == {
        name: one for name, one in before.items() if "jwks" in name
    }
    assert ask(api, "diag/", provider.token("bob", "first"))[0] == 200


def test_a_rotated_key_of_the_provider_is_fetched(api: SlurmMachine, provider: Provider) -> None:
    provider.make_key("second")
    old = provider.token("bob", "first")
    del provider.keys["first"]
    provider.show()
    assert ask(api, "diag/", provider.token("bob", "second"))[0] == 511
    api.run("systemctl", "start", "hpcstack-slurmrestd-key.service")
    assert ask(api, "diag/", provider.token("bob", "second"))[0] == 200
    assert ask(api, f"/slurmdb/{version(api)}/jobs/", provider.token("bob", "second"))[0] == 200
    assert ask(api, "diag/", old)[0] == 511
