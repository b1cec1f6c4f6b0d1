"""Where the runs take place: controllers in a temporary folder, each run on a fresh copy of the same state."""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from localcloud import packages, paths
from scripts.directory import bundle
from tests import keeper
from tests.directory.controllers import Controllers
from tests.directory.rig import Outside

DOMAIN = "bench.example.org"
GROUP = "benchgroup"


@dataclass(frozen=True)
class Cost:
    """What a run took: seconds by the clock; seconds of processor time of all controllers together, which are the same on a
    machine that has something else to do; and of all processors' time the parts in which they had nothing to do, and in which the
    host took them away."""

    seconds: float
    busy: float
    idle: float
    stolen: float


def cost(controllers: Controllers, work: Callable[[], object]) -> Cost:
    """Do the work and take its cost."""
    machine, before, began = _machine(), _busy(controllers), time.monotonic()
    work()
    seconds = time.monotonic() - began
    busy = _busy(controllers) - before
    total, idle, stolen = (now - then for now, then in zip(_machine(), machine, strict=True))
    return Cost(seconds, busy, idle / total, stolen / total)


def _machine() -> tuple[int, int, int]:
    """Ticks of all processors until now: in all, idle or waiting for the disk, taken by the host (proc(5), /proc/stat)."""
    ticks = [int(word) for word in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return sum(ticks), ticks[3] + ticks[4], ticks[7]


def _busy(controllers: Controllers) -> float:
    """Processor seconds of the controllers until now: of their process groups, whose workers live as long as they do."""
    leaders = {str(daemon.pid) for daemon in controllers.daemons()}
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            # After the command's name in parentheses: state, parent, group, ...; 11 and 12 are user and system time (proc(5)).
            fields = stat.read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12]) if fields[2] in leaders else 0
    return ticks / os.sysconf("SC_CLK_TCK")


@dataclass
class Ground:
    """Templates of one controller and of two, made once each."""

    folder: Path
    _templates: dict[int, Controllers] = field(default_factory=dict[int, Controllers])
    _copies: int = 0

    def __post_init__(self) -> None:
        wanted = [*packages.NEEDED, *packages.FOR_TESTS, *packages.FOR_BENCHMARK]
        if missing := packages.ensure(wanted).missing:
            raise SystemExit(f"the benchmark needs root and the Debian packages {' '.join(missing)}")
        paths.STATE = self.folder
        keeper.keep(self.folder)
        self.tool = bundle.write(self.folder)

    @contextlib.contextmanager
    def fresh(self, count: int) -> Iterator[Controllers]:
        """Running controllers without users."""
        if count not in self._templates:
            self._templates[count] = Controllers(self.folder / f"template{count}", DOMAIN, count)
            self._templates[count].make()
        self._copies += 1
        (self.folder / "credentials.csv").unlink(missing_ok=True)
        copy = self._templates[count].copy_to(self.folder / f"run{self._copies}")
        copy.start()
        try:
            if count > 1:
                # Just started, they would tell each other the first change only after a quarter of a minute.
                copy.replicate()
            # What was copied goes to the disk now, not with the first account.
            os.sync()
            yield copy
        finally:
            copy.remove()


def kerberos(controllers: Controllers, cache: Path) -> dict[str, str]:
    """The environment of programs that look the controllers up by name, with the administrator's ticket in `cache`."""
    first = controllers.infos[0]
    environment = {
        **os.environ,
        **controllers.environment,
        "KRB5_CONFIG": str(controllers.layouts[0].krb5_conf),
        "KRB5CCNAME": f"FILE:{cache}",
    }
    password = first.admin_password_file.read_text()
    subprocess.run(
        ["kinit", "Administrator"], input=password + "\n", env=environment, check=True, capture_output=True, text=True
    )
    return environment


def assert_made(controllers: Controllers, prefix: str, count: int) -> None:
    """The users are there, enabled and with a password: a run that made half of them has no time worth telling."""
    if len(controllers.layouts) > 1:
        controllers.replicate()
    for info in controllers.infos:
        found = Outside(info).search(f"(sAMAccountName={prefix}0*)", "userAccountControl", "pwdLastSet")
        fit = [one for one in found.values() if one["userAccountControl"] == ["512"] and one["pwdLastSet"] != ["0"]]
        if len(fit) != count:
            raise SystemExit(f"{info.server_name} holds {len(fit)} of {count} users {prefix}…: the run failed")
