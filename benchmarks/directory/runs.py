"""The runs that are compared. Each returns what it cost."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import uuid
from collections.abc import Iterator
from typing import Any

from benchmarks.directory.ground import GROUP, Cost, Ground, assert_made, cost, kerberos
from scripts.directory.plan.found import MARK
from tests.directory.controllers import Controllers

PREFIX = "posit"
_PASSWORD = "Plain-Passw0rd-7"


def limit(ground: Ground, count: int) -> Cost:
    """What one controller can do: the same accounts by one ldapadd over one sealed connection, with a ticket that is there already,
    one request after the other, all with one password, and nothing checked."""
    with ground.fresh(1) as one:
        environment = kerberos(one, ground.folder / "ticket")
        changes = ground.folder / "users.ldif"
        changes.write_text("".join(_ldif(one, count)))
        server = one.infos[0].server_name
        command = ["ldapmodify", "-N", "-Q", "-Y", "GSSAPI", "-H", f"ldap://{server}", "-f", str(changes)]
        found = cost(one, lambda: subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL))
        assert_made(one, PREFIX, count)
    return found


def one_controller(ground: Ground, count: int, *, verify: bool) -> tuple[Cost, list[Cost]]:
    """The tool as operators run it: from its start to its end, with its checks and a sample of passwords. With `verify`, also every
    password of its credentials file tried by a bind over TLS.
    """
    with ground.fresh(1) as one:
        series = _series(ground, count)
        made = cost(one, lambda: run_tool(ground, one, "create", *series))
        assert_made(one, PREFIX, count)
        tried = [cost(one, lambda: run_tool(ground, one, "verify", *series, "--verify", "all"))] if verify else []
    return made, tried


def two_controllers(ground: Ground, count: int) -> Cost:
    """The same on a pair."""
    with ground.fresh(2) as two:
        found = cost(two, lambda: run_tool(ground, two, "create", *_series(ground, count)))
        assert_made(two, PREFIX, count)
    return found


def no_op(ground: Ground, count: int, rounds: int) -> tuple[Cost, list[Cost]]:
    """How long it takes to make `count` users on two controllers, and then again and again to find that nothing is to do."""
    with ground.fresh(2) as two:
        first = cost(two, lambda: run_tool(ground, two, "create", *_series(ground, count)))
        two.replicate()
        again = [cost(two, lambda: _nothing(ground, two, count)) for _ in range(rounds)]
    return first, again


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
    """The same work as the tool's: a group, accounts with the same attributes, and one change with all members."""
    info = controllers.infos[0]
    container = f"CN=Users,{info.base_dn}"
    names = [f"{PREFIX}{number:04}" for number in range(1, count + 1)]
    quoted = base64.b64encode(f'"{_PASSWORD}"'.encode("utf-16-le")).decode()
    mark = f"adminDescription: {MARK}{uuid.uuid4()}"
    yield (
        f"dn: CN={GROUP},{container}\nchangetype: add\nobjectClass: group\nsAMAccountName: {GROUP}\n"
        f"gidNumber: 10000\n{mark}\n\n"
    )
    for number, name in enumerate(names):
        yield (
            f"dn: CN={name},{container}\nchangetype: add\nobjectClass: user\nsAMAccountName: {name}\n"
            f"userPrincipalName: {name}@{info.domain}\nunicodePwd:: {quoted}\nuserAccountControl: 512\n"
            f"uidNumber: {10001 + number}\ngidNumber: 10000\nloginShell: /bin/bash\nunixHomeDirectory: /home/{name}\n{mark}\n\n"
        )
    yield f"dn: CN={GROUP},{container}\nchangetype: modify\nadd: member\n"
    yield "".join(f"member: CN={name},{container}\n" for name in names) + "-\n"
