"""A private Kerberos: own configuration, own ticket cache, nothing of the machine's. Passwords go to kinit by stdin."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType

from ..faults import Refused, Unreachable

_SECONDS = 30
_REFUSED = ("Password incorrect", "Preauthentication failed", "not found in Kerberos database", "have been revoked")


class Kerberos:
    """A folder (0700, gone at the end) with a configuration per set of controllers. Enter it before the first GSSAPI bind."""

    def __init__(self, realm: str, controllers: tuple[str, ...]) -> None:
        self.realm = realm
        self._controllers = controllers
        self._kinit = shutil.which("kinit") or ""
        if not self._kinit:
            raise Unreachable("kinit is not installed on this machine; install the package krb5-user")

    def __enter__(self) -> Kerberos:
        self._folder = Path(tempfile.mkdtemp(prefix="hpcstack-kerberos-"))
        # This process's own libkrb5 reads these once, at its first use.
        os.environ["KRB5_CONFIG"] = str(self._configuration(self._controllers))
        os.environ["KRB5CCNAME"] = f"FILE:{self._folder / 'ticket'}"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def obtain(self, account: str, password: str) -> None:
        """A fresh ticket for the administrator; Refused or Unreachable, in one line, when there is none."""
        problem = self._run(account, password, dict(os.environ))
        if problem is None:
            return
        if any(sign in problem for sign in _REFUSED):
            raise Refused(f"the directory refused the password of {account}@{self.realm} ({problem})")
        raise Unreachable(f"no Kerberos ticket for {account}@{self.realm}: {problem}")

    def check(self, account: str, password: str, controller: str) -> str | None:
        """None when `controller` gives a ticket for the password; else its reason. The ticket is kept nowhere."""
        environment = {
            **os.environ,
            "KRB5_CONFIG": str(self._configuration((controller,))),
            "KRB5CCNAME": "MEMORY:check",
        }
        return self._run(account, password, environment)

    def _run(self, account: str, password: str, environment: dict[str, str]) -> str | None:
        """None, or why kinit failed."""
        try:
            done = subprocess.run(
                [self._kinit, f"{account}@{self.realm}"],
                input=password + "\n",
                env={**environment, "LC_ALL": "C"},
                capture_output=True,
                text=True,
                check=False,
                timeout=_SECONDS,
                # Ctrl-C in the terminal is for this program, which ends in good order.
                start_new_session=True,
            )
        except subprocess.TimeoutExpired:
            return f"no answer in {_SECONDS} s"
        if done.returncode == 0:
            return None
        lines = done.stderr.strip().splitlines() or [f"kinit ended with {done.returncode}"]
        return lines[-1].removeprefix("kinit: ").removesuffix(" while getting initial credentials")

    def _configuration(self, controllers: tuple[str, ...]) -> Path:
        """Write (once) a configuration that knows only these controllers and asks no name service."""
        path = self._folder / f"krb5-{'-'.join(controllers).replace(':', '_')}.conf"
        if not path.exists():
            lines = "\n".join(f"    kdc = {_bracketed(address)}" for address in controllers)
            fresh = path.with_suffix(f".{os.urandom(4).hex()}")
            fresh.write_text(
                "[libdefaults]\n"
                f"  default_realm = {self.realm}\n"
                "  dns_lookup_kdc = false\n  dns_lookup_realm = false\n  dns_canonicalize_hostname = false\n  rdns = false\n"
                # TCP at once: a firewall that drops UDP 88 would cost a timeout for each ticket.
                "  udp_preference_limit = 1\n"
                f"[realms]\n  {self.realm} = {{\n{lines}\n  }}\n"
            )
            fresh.replace(path)
        return path


def _bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address
