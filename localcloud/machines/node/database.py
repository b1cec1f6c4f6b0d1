"""Runs on a machine that stands for a database of RDS: MariaDB, or PostgreSQL, with a certificate, the administrator and the first
database."""

import json
import subprocess
import sys
from pathlib import Path

from localcloud.machines.node import postgresql

WANTED = Path("/etc/localcloud/database.json")
"""What RDS was asked for: `engine`, `user`, `password`, `database` or null, `tls` (whether connections without it are refused)."""
_TLS = "/etc/localcloud/tls"
_OPTIONS = f"""[mariadbd]
bind-address=0.0.0.0
port=3306
require_secure_transport={{tls}}
ssl_cert={_TLS}/certificate.pem
ssl_key={_TLS}/key.pem
pid_file=/run/mysqld/mysqld.pid
"""


def main() -> int:
    wanted = json.loads(WANTED.read_text())
    if wanted["engine"] == "postgres":
        postgresql.start(wanted)
    else:
        _mariadb(wanted)
    return 0


def _mariadb(wanted: dict[str, str | None]) -> None:
    for name in ("certificate.pem", "key.pem"):
        subprocess.run(["chown", "mysql:mysql", f"{_TLS}/{name}"], check=True)
    options = _OPTIONS.format(tls="ON" if wanted["tls"] else "OFF")
    Path("/etc/mysql/mariadb.conf.d/99-localcloud.cnf").write_text(options)
    subprocess.run(["systemctl", "enable", "--quiet", "--now", "mariadb"], check=True)
    # On standard input: a command line is everybody's to read.
    subprocess.run(["mariadb"], input=statements(wanted), text=True, check=True)


def statements(wanted: dict[str, str | None]) -> str:
    """What makes the administrator, with the rights of RDS's, and the first database; nothing the second time."""
    user = f"{_text(wanted['user'])}@'%'"
    lines = [
        f"CREATE USER IF NOT EXISTS {user} IDENTIFIED BY {_text(wanted['password'])};",
        f"GRANT ALL PRIVILEGES ON *.* TO {user} WITH GRANT OPTION;",
    ]
    if wanted["database"]:
        name = wanted["database"].replace("`", "``")
        lines.append(f"CREATE DATABASE IF NOT EXISTS `{name}`;")
    return "\n".join([*lines, ""])


def _text(value: str | None) -> str:
    return "'" + str(value or "").replace("\\", "\\\\").replace("'", "''") + "'"


if __name__ == "__main__":
    sys.exit(main())
