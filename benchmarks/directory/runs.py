"""The runs that are compared. Each returns its wall time in seconds."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.directory.ground import GROUP, Ground, assert_made, kerberos
from tests.directory.controllers import Controllers

PREFIX = "posit"
_PASSWORD = "Plain-Passw0rd-7"


def limit(ground: Ground, count: int) -> float:
    """What one controller can do: one ldapadd over one sealed connection, one request after the other, passwords all alike."""
    with ground.fresh(1) as one:
        environment = kerberos(one, ground.folder / "ticket")
        changes = ground.folder / "users.ldif"
        changes.write_text("".join(_ldif(one, count)))
        server = one.infos[0].server_name
        command = ["ldapmodify", "-N", "-Q", "-Y", "GSSAPI", "-H", f"ldap://{server}", "-f", str(changes)]
        seconds = timed(lambda: subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL))
        assert_made(one, PREFIX, count)
    return seconds


def tool(ground: Ground, count: int, controllers: int) -> float:
    """The tool as operators run it: from its start to its end, with its checks and a sample of passwords."""
    with ground.fresh(controllers) as some:
        seconds = timed(lambda: run_tool(ground, some, "create", *_series(ground, count)))
        assert_made(some, PREFIX, count)
    return seconds


def no_op(ground: Ground, count: int, rounds: int) -> tuple[float, list[float]]:
    """How long it takes to make `count` users on two controllers, and then again and again to find that nothing is to do."""
    with ground.fresh(2) as two:
        first = timed(lambda: run_tool(ground, two, "create", *_series(ground, count)))
        two.replicate()
        again = [timed(lambda: _nothing(ground, two, count)) for _ in range(rounds)]
    return first, again


def verify_all(ground: Ground, count: int) -> float:
    """Every password of a credentials file tried by a bind over TLS."""
    with ground.fresh(1) as one:
        series = _series(ground, count)
        run_tool(ground, one, "create", *series)
        return timed(lambda: run_tool(ground, one, "verify", *series, "--verify", "all"))


def run_tool(ground: Ground, controllers: Controllers, command: str, *more: str) -> dict[str, Any]:
    """The summary; ends the benchmark when the tool fails."""
    info = controllers.infos[0]
    where = [
        "--domain",
        info.domain,
        "--server",
        controllers.servers,
        "--ca-file",
        str(info.ca_file),
        "--progress",
        "json",
    ]
    secret = json.dumps({"adminPassword": info.admin_password_file.read_text()})
    environment = {"PATH": os.defpath + ":/usr/sbin", "HOME": str(ground.folder)}
    done = subprocess.run(
        ["/usr/bin/python3", str(ground.tool), command, *where, *more],
        input=secret,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"the tool ended with {done.returncode}: {done.stderr}{done.stdout[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def _nothing(ground: Ground, controllers: Controllers, count: int) -> None:
    told = run_tool(ground, controllers, "create", *_series(ground, count))
    if (told["created"], told["existing"]) != (0, count):
        raise SystemExit(f"a second run made {told['created']} of {count} users again")


def _series(ground: Ground, count: int) -> tuple[str, ...]:
    users = ("--prefix", PREFIX, "--count", str(count), "--group", GROUP)
    return (*users, "--credentials-file", str(ground.folder / "credentials.csv"))


def _ldif(controllers: Controllers, count: int) -> Iterator[str]:
    """The same work as the tool's: a group, accounts with password and numbers, and one change with all members."""
    info = controllers.infos[0]
    container = f"CN=Users,{info.base_dn}"
    names = [f"{PREFIX}{number:04}" for number in range(1, count + 1)]
    quoted = base64.b64encode(f'"{_PASSWORD}"'.encode("utf-16-le")).decode()
    yield f"dn: CN={GROUP},{container}\nchangetype: add\nobjectClass: group\nsAMAccountName: {GROUP}\n\n"
    for number, name in enumerate(names):
        yield (
            f"dn: CN={name},{container}\nchangetype: add\nobjectClass: user\nsAMAccountName: {name}\n"
            f"userPrincipalName: {name}@{info.domain}\nunicodePwd:: {quoted}\nuserAccountControl: 512\n"
            f"uidNumber: {10001 + number}\ngidNumber: 10000\nloginShell: /bin/bash\nunixHomeDirectory: /home/{name}\n\n"
        )
    yield f"dn: CN={GROUP},{container}\nchangetype: modify\nadd: member\n"
    yield "".join(f"member: CN={name},{container}\n" for name in names) + "-\n"


def timed(work: Callable[[], object]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began
