"""PostgreSQL on a machine that stands for a database of RDS: Debian's cluster `main` with a certificate, and `rds.force_ssl`."""

import subprocess
from pathlib import Path

from localcloud.machines.node.system import run, write

_TLS = "/etc/localcloud/tls"
_OPTIONS = f"""listen_addresses = '*'
port = 5432
ssl = on
ssl_cert_file = '{_TLS}/certificate.pem'
ssl_key_file = '{_TLS}/key.pem'
"""
_ACCESS = "local all postgres peer\n{kind} all all 0.0.0.0/0 scram-sha-256\n"
"""pg_hba.conf: whoever is not in it is refused, so that with `hostssl` alone clear text is."""
_ANSWER_SECONDS = 60


def start(wanted: dict[str, str | None]) -> None:
    (folder,) = Path("/etc/postgresql").glob("*/main")
    for name in ("certificate.pem", "key.pem"):
        run("chown", "postgres:postgres", f"{_TLS}/{name}")
    write(folder / "conf.d/localcloud.conf", _OPTIONS, 0o640, "postgres")
    write(folder / "pg_hba.conf", _ACCESS.format(kind="hostssl" if wanted["tls"] else "host"), 0o640, "postgres")
    run("systemctl", "enable", "--quiet", "--now", f"postgresql@{folder.parent.name}-main")
    run("pg_isready", "--quiet", f"--timeout={_ANSWER_SECONDS}")
    # On standard input: a command line is everybody's to read.
    psql = ["runuser", "-u", "postgres", "--", "psql", "--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1"]
    subprocess.run(psql, input=statements(wanted), text=True, check=True, cwd="/")


def statements(wanted: dict[str, str | None]) -> str:
    """What makes the administrator, who is no superuser on RDS either, and the first database; nothing the second time."""
    user, name = _name(wanted["user"]), wanted["database"]
    role = f"CREATE ROLE {user} LOGIN CREATEDB CREATEROLE"
    lines = [
        f"SELECT {_text(role)} WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = {_text(wanted['user'])}) \\gexec",
        f"ALTER ROLE {user} PASSWORD {_text(wanted['password'])};",
    ]
    if name:
        # The image has no language of its own: its templates are in ASCII, where RDS has UTF-8.
        form = "TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'"
        made = f"CREATE DATABASE {_name(name)} OWNER {user} {form}"
        lines.append(
            f"SELECT {_text(made)} WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = {_text(name)}) \\gexec"
        )
    return "\n".join([*lines, ""])


def _text(value: str | None) -> str:
    return "'" + str(value or "").replace("'", "''") + "'"


def _name(value: str | None) -> str:
    return '"' + str(value or "").replace('"', '""') + '"'
