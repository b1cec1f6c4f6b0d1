"""HTTPS before Slurm's REST API: real stunnel before the real slurmrestd, asked by curl."""

import datetime
from dataclasses import dataclass

import pytest

from components import x509
from tests.nodes import slurm_files
from tests.nodes.rest_certificates import HEAD, TLS_ARN, bought, own
from tests.nodes.slurm_machine import SlurmMachine
from tests.nodes.slurm_rest import (
    ARN,
    HMAC_LINES,
    KEY,
    OTHER,
    PORT,
    STATE,
    URL,
    WRITTEN,
    Provider,
    token,
    use,
    version,
    with_key,
    with_url,
)

pytestmark = pytest.mark.nodes
FILE, REFRESH = "/etc/hpcstack/slurmrestd-tls.pem", "hpcstack-slurmrestd-key.service"
KNOWN = ("--tls-secret", TLS_ARN, "--tls-name", HEAD)
TLS = (*KNOWN, "--tls-alone")
OWN = ("/etc/hpcstack", *WRITTEN)
SERVICES = ("slurmctld", "slurmrestd", "slurmrestd-tls", "hpcstack-slurmrestd-key.timer")
REFUSED_BY_CLIENT, NOT_HTTP = 60, {52, 56}  # curl(1), "EXIT CODES"


@dataclass(frozen=True)
class Api:
    machine: SlurmMachine
    authority: str
    """The stack's own, with its private key."""

    def ask(
        self, *more: str, scheme: str = "https", trusted: str | None = None, key: str | None = KEY
    ) -> tuple[int, int]:
        """(curl's exit code, HTTP status) of `/diag`."""
        self.machine.write("/srv/trusted.pem", trusted or x509.certificate_text(self.authority))
        header = ["-H", f"X-SLURM-USER-TOKEN: {token('alice', key)}"] if key else []
        url = f"{scheme}://{HEAD}:{PORT}/slurm/{version(self.machine)}/diag/"
        found = self.machine.try_(
            *(
                "curl",
                "-sS",
                "-o",
                "/dev/null",
                "-w",
                "%{http_code}",
                "--max-time",
                "60",
                "--cacert",
                "/srv/trusted.pem",
            ),
            *("--resolve", f"{HEAD}:{PORT}:{slurm_files.ADDRESS}", *header, *more, url),
        )
        return found.returncode, int(found.stdout)

    def greeted(self, version: str) -> tuple[int, str]:
        """(exit code, words) of a client that takes one version of TLS alone, also with what is weak today."""
        asked = f"openssl s_client -connect {slurm_files.ADDRESS}:{PORT} -servername {HEAD} {version}"
        done = self.machine.try_("bash", "-c", f"{asked} -cipher DEFAULT@SECLEVEL=0 < /dev/null")
        return done.returncode, done.stdout + done.stderr

    def shown(self) -> str:
        """Serial number of the certificate that clients see."""
        told = f"openssl s_client -connect {slurm_files.ADDRESS}:{PORT} -servername {HEAD} < /dev/null 2> /dev/null"
        return self.machine.sh(f"{told} | openssl x509 -noout -serial").removeprefix("serial=").lower()


def serial(bundle: str) -> str:
    """As openssl writes it: whole bytes, so that one number in sixteen begins with 0."""
    number = x509.certificate_of(bundle).serial_number
    return number.to_bytes((number.bit_length() + 7) // 8, "big").hex()


@pytest.fixture(scope="module")
def api(machine: SlurmMachine) -> Api:
    """After the program's steps, with a certificate of the stack's own authority."""
    found = Api(machine, x509.new_authority("Slurm REST API of the tests"))
    machine.secret(ARN, KEY)
    machine.secret(TLS_ARN, own(found.authority))
    for step in (with_key("prepare"), with_key("serve", *TLS)):
        if step[0] == "serve":
            use(machine, HMAC_LINES)
        done = machine.program("slurmrestd", *step)
        assert done.returncode == 0, done.stdout + done.stderr
    return found


def test_clients_that_know_the_authority_are_answered(api: Api) -> None:
    assert [api.ask(key=key) for key in (KEY, None, OTHER)] == [(0, 200), (0, 401), (0, 511)]
    assert api.ask("--tls-max", "1.2") == (0, 200)


def test_everybody_else_is_refused_or_refuses(api: Api) -> None:
    assert api.ask(trusted=x509.certificate_text(x509.new_authority("another")))[0] == REFUSED_BY_CLIENT
    assert api.ask(scheme="http")[0] in NOT_HTTP


def test_tls_begins_with_1_2(api: Api) -> None:
    """The client would take the older one: it says the server's alert, not a refusal of its own."""
    (old, refused), (new, taken) = (api.greeted(version) for version in ("-tls1_1", "-tls1_2"))
    assert (old, "alert protocol version" in refused) == (1, True), refused
    assert (new, "alert" in taken) == (0, False), taken
    assert "New, TLSv1.2, Cipher is ECDHE-ECDSA" in taken


def test_nothing_is_in_clear_text_on_the_network(api: Api) -> None:
    machine, pids = api.machine, api.machine.processes("slurmrestd", "slurmrestd-tls")
    assert machine.sh(f"ss -Hltnp | grep -c pid={pids['slurmrestd']}, || true") == "0"
    listens = [line.split()[3] for line in machine.sh(f"ss -Hltnp | grep pid={pids['slurmrestd-tls']},").splitlines()]
    assert listens == [f"{slurm_files.ADDRESS}:{PORT}"]
    socket = "curl -sS -o /dev/null --unix-socket /run/slurmrestd/api.socket http://localhost/openapi/v3"
    assert machine.try_("bash", "-c", socket).returncode == 0
    assert machine.try_("bash", "-c", socket, user="alice").returncode != 0


def test_the_front_is_nobody_and_its_key_is_for_it_alone(api: Api) -> None:
    machine, pid = api.machine, api.machine.processes("slurmrestd-tls")["slurmrestd-tls"]
    assert machine.run("ps", "-o", "user:20=", "-p", pid) == "slurmrestd-tls"
    status = machine.path(f"/proc/{pid}/status").read_text()
    assert "CapEff:\t0000000000000000" in status
    assert "NoNewPrivs:\t1" in status
    assert machine.run("stat", "-c", "%U %G %a", FILE) == "root slurmrestd-tls 640"
    for user in ("slurmrestd", "alice"):
        assert machine.try_("cat", FILE, user=user).returncode != 0
    secret = x509.key_text(machine.path(FILE).read_text()).splitlines()[1]
    assert machine.try_("grep", "-rlsF", secret, "/etc", "/opt/hpcstack", "/var/log", "/run").stdout.split() == [FILE]


def test_a_second_run_changes_no_byte_and_restarts_nothing(api: Api) -> None:
    before, ran = api.machine.files(*OWN), api.machine.processes(*SERVICES)
    done = api.machine.program("slurmrestd", *with_key("serve", *TLS))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].endswith(" 0 changes")
    api.machine.run("systemctl", "start", REFRESH)
    assert (api.machine.files(*OWN), api.machine.processes(*SERVICES)) == (before, ran)


def test_a_new_certificate_is_shown_without_a_restart(api: Api) -> None:
    """By what the timer runs; of another authority too, with one between, and with what people paste around it."""
    ran = api.machine.processes(*SERVICES)
    text, root = bought(HEAD)
    api.machine.secret(TLS_ARN, f"Bag Attributes\r\n{text}\r\n".replace("\n", "\r\n"))
    api.machine.run("systemctl", "start", REFRESH)
    assert (api.shown(), api.ask(trusted=root)) == (serial(text), (0, 200))
    assert api.ask()[0] == REFUSED_BY_CLIENT
    api.machine.secret(TLS_ARN, again := own(api.authority))
    api.machine.run("systemctl", "start", REFRESH)
    assert (api.shown(), api.ask()) == (serial(again), (0, 200))
    assert api.machine.processes(*SERVICES) == ran


def _broken(api: Api, kind: str) -> str | None:
    good, (chain, _) = own(api.authority), bought(HEAD)
    match kind:
        case "expired":
            return bought(HEAD, ends=datetime.timedelta(days=-1))[0]
        case "of another name":
            return own(api.authority, "head.elsewhere.internal")
        case "mismatching":
            return x509.key_text(own(api.authority)) + x509.certificate_text(good)
        case "without the one between":
            leaf, key = chain.split("-----BEGIN CERTIFICATE-----")[1], chain[chain.index("-----BEGIN RSA") :]
            return f"-----BEGIN CERTIFICATE-----{leaf}{x509.certificate_text(api.authority)}{key}"
        case "without a key":
            return x509.certificate_text(good)
        case "garbled":
            return good.replace("MII", "MIIx")
        case _:
            return None


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("expired", "does not serve head.cluster.internal: certificate has expired"),
        ("of another name", "does not serve head.cluster.internal: hostname mismatch"),
        ("mismatching", "cannot be served with: key values mismatch"),
        ("without the one between", "does not serve head.cluster.internal: unable to get local issuer certificate"),
        ("without a key", "holds 1 certificates and 0 private keys"),
        ("garbled", "cannot be served with"),
        ("gone", "cannot be read: .*ResourceNotFoundException"),
    ],
)
def test_one_that_does_not_fit_never_replaces_the_good_one(api: Api, kind: str, told: str) -> None:
    machine = api.machine
    before, ran, shown = machine.files("/etc/hpcstack"), machine.processes(*SERVICES), api.shown()
    machine.secret(TLS_ARN, _broken(api, kind))
    try:
        done = machine.program("slurmrestd", *with_key("refresh", *TLS))
    finally:
        machine.secret(TLS_ARN, machine.path(FILE).read_text())
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert machine.sh(f"grep -qE {told!r} <<< {done.stderr!r} && echo told") == "told"
    assert (machine.files("/etc/hpcstack"), machine.processes(*SERVICES), api.shown()) == (before, ran, shown)
    assert api.ask() == (0, 200)


def test_one_without_those_that_signed_it_is_taken_only_where_clients_are_told_of_them(api: Api) -> None:
    """The refresh unit says so as the last run of `serve` did; the fixture's certificate is such a one."""
    unit = f"/etc/systemd/system/{REFRESH}"
    assert " --tls-alone " in api.machine.path(unit).read_text()
    before = api.machine.files(*OWN)
    done = api.machine.program("slurmrestd", *with_key("refresh", *KNOWN))
    assert done.returncode == 1
    assert f"does not serve {HEAD}: unable to get local issuer certificate" in done.stderr
    assert api.machine.files(*OWN) == before
    chain, root = bought(HEAD)
    own_again = api.machine.path(FILE).read_text()
    api.machine.secret(TLS_ARN, chain)
    done = api.machine.program("slurmrestd", *with_key("refresh", *KNOWN))
    api.machine.secret(TLS_ARN, own_again)
    assert done.returncode == 0, done.stderr
    assert api.ask(trusted=root) == (0, 200)
    api.machine.run("systemctl", "start", REFRESH)
    assert api.ask() == (0, 200)


def test_a_bad_certificate_does_not_keep_a_new_key_away(api: Api) -> None:
    machine = api.machine
    machine.secret(TLS_ARN, "none")
    machine.secret(ARN, OTHER)
    try:
        assert machine.program("slurmrestd", *with_key("refresh", *TLS)).returncode == 1
    finally:
        machine.secret(TLS_ARN, machine.path(FILE).read_text())
    assert (api.ask(key=OTHER), api.ask(key=KEY)) == ((0, 200), (0, 511))


def test_tokens_of_an_identity_provider_are_taken_too(api: Api) -> None:
    provider = Provider(api.machine)
    provider.make_key("first")
    provider.show()
    api.machine.sh("systemd-run -q --unit=oidc python3 -m http.server -b 127.0.0.1 -d /srv/oidc 8090")
    api.machine.wait(f"curl -sSf {URL} > /dev/null")
    assert api.machine.program("slurmrestd", "prepare", "--jwks-url", URL).returncode == 0
    claims = f"jwks={STATE}/jwks.json,disable_token_creation,userclaimfield=preferred_username"
    use(api.machine, {"AuthAltTypes": "auth/jwt", "AuthAltParameters": claims})
    done = api.machine.program("slurmrestd", *with_url("serve"), *TLS)
    assert done.returncode == 0, done.stdout + done.stderr
    header = ("-H", f"X-SLURM-USER-TOKEN: {provider.token('alice', 'first')}")
    assert [api.ask(*header, key=None), api.ask(key=OTHER)] == [(0, 200), (0, 511)]


def test_without_tls_nothing_of_it_is_left(api: Api) -> None:
    done = api.machine.program("slurmrestd", *with_url("serve"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert api.ask(scheme="http", key=OTHER) == (0, 511)
    assert not api.machine.path(FILE).exists()
    assert api.machine.try_("systemctl", "is-active", "slurmrestd-tls").returncode != 0
