"""What the tests of this folder share: the tool as it runs on a jump host, and an outside view of the directory."""

import contextlib
import csv
import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from localcloud.directory import DirectoryInfo
from scripts.directory import bundle

PYTHON = "/usr/bin/python3"
_SYSTEM_SIDE = Path(__file__).with_name("system_side.py")


@dataclass(frozen=True)
class Result:
    code: int
    stdout: str
    stderr: str

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.stdout.splitlines() if line.startswith("{")]

    @property
    def summary(self) -> dict[str, Any]:
        return next(event for event in self.events if event["event"] == "summary")

    @property
    def passwords(self) -> dict[str, str]:
        """Of the credentials file that the summary names."""
        return read_credentials(Path(self.summary["credentials_file"]))


def read_credentials(path: Path) -> dict[str, str]:
    with path.open(newline="") as handle:
        return {row["name"]: row["password"] for row in csv.DictReader(handle)}


@dataclass(frozen=True)
class Tool:
    """The bundle, run by the operating system's Python with a home of its own."""

    bundle: Path
    home: Path
    info: DirectoryInfo
    servers: str | None = None
    """Its `--server`; the address of `info` if None."""
    programs: Path | None = None
    """A folder of programs that it finds before the system's."""

    @classmethod
    def at(cls, home: Path, info: DirectoryInfo, servers: str | None = None, programs: Path | None = None) -> "Tool":
        return cls(bundle.write(home / "bundle"), home, info, servers, programs)

    def command(self, *arguments: str, server: str | None = None, ca: bool = True) -> list[str]:
        connection = [
            "--domain",
            self.info.domain,
            "--server",
            server or self.servers or self.info.address,
            "--progress",
            "json",
        ]
        authority = ["--ca-file", str(self.info.ca_file)] if ca else []
        return [PYTHON, str(self.bundle), arguments[0], *connection, *authority, *arguments[1:]]

    def start(self, command: list[str], secrets: dict[str, str] | None = None) -> "subprocess.Popen[str]":
        given = secrets or {"adminPassword": self.info.admin_password_file.read_text()}
        first = [str(self.programs)] if self.programs else []
        environment = {"PATH": ":".join([*first, "/usr/sbin:/usr/bin:/sbin:/bin"]), "HOME": str(self.home)}
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
            start_new_session=True,
        )
        assert process.stdin is not None
        process.stdin.write(json.dumps(given))
        process.stdin.close()
        # communicate() would write to the closed pipe.
        process.stdin = None
        return process

    def run(self, *arguments: str, secrets: dict[str, str] | None = None, **how: Any) -> Result:
        return self.finish(self.start(self.command(*arguments, **how), secrets))

    def create(self, prefix: str, count: int, *more: str, **how: Any) -> Result:
        return self.run("create", "--prefix", prefix, "--count", str(count), *more, **how)

    @staticmethod
    def finish(process: "subprocess.Popen[str]") -> Result:
        stdout, stderr = process.communicate(timeout=600)
        return Result(process.returncode, stdout, stderr)


@dataclass(frozen=True)
class Outside:
    """The directory seen by somebody else: libldap over LDAPS."""

    info: DirectoryInfo

    def accepts(self, passwords: dict[str, str]) -> dict[str, bool]:
        pairs = [[f"{name}@{self.info.domain}", password] for name, password in passwords.items()]
        return dict(zip(passwords, self.ask("binds", pairs=pairs), strict=True))

    def search(self, query: str, *attributes: str) -> dict[str, dict[str, list[str]]]:
        return self.ask("search", base=self.info.base_dn, filter=query, attributes=list(attributes), **self.as_admin())

    def members(self, group: str) -> set[str]:
        found = self.search(f"(sAMAccountName={group})", "member")
        return {dn.split(",")[0].removeprefix("CN=") for entry in found.values() for dn in entry.get("member", [])}

    def remove_member(self, group: str, user: str) -> None:
        container = f"CN=Users,{self.info.base_dn}"
        value = {"dn": f"CN={group},{container}", "attribute": "member", "value": f"CN={user},{container}"}
        self.ask("remove_value", **value, **self.as_admin())

    def replace(self, user: str, attribute: str, value: str) -> None:
        """Change an account by somebody else's hand."""
        where = {"dn": f"CN={user},CN=Users,{self.info.base_dn}", "attribute": attribute, "value": value}
        self.ask("replace_value", **where, **self.as_admin())

    def set_least_length(self, characters: str) -> str:
        """Of new passwords in the domain, by this controller's word; what it was before."""
        attribute = "minPwdLength"
        [former] = self.search("(objectClass=domainDNS)", attribute)[self.info.base_dn][attribute]
        self.ask("replace_value", dn=self.info.base_dn, attribute=attribute, value=characters, **self.as_admin())
        return former

    def ask(self, what: str, **values: Any) -> Any:
        request = {"do": what, "address": self.info.address, "ca": str(self.info.ca_file), **values}
        done = subprocess.run([PYTHON, str(_SYSTEM_SIDE)], input=json.dumps(request), capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def as_admin(self) -> dict[str, list[str]]:
        return {"as": [f"Administrator@{self.info.domain}", self.info.admin_password_file.read_text()]}


def command_lines() -> str:
    """The arguments and environments of all processes now."""
    texts: list[str] = []
    for process in Path("/proc").glob("[0-9]*"):
        for file in ("cmdline", "environ"):
            with contextlib.suppress(OSError):
                texts.append((process / file).read_bytes().decode(errors="replace"))
    return "\n".join(texts)


def listening(group: int) -> set[str]:
    """Local `address:port` (hexadecimal, as in /proc/net) of all TCP and UDP sockets that await traffic in a process group."""
    inodes: set[str] = set()
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if os.getpgid(int(process.name)) == group:
                inodes |= {os.readlink(fd)[8:-1] for fd in (process / "fd").iterdir() if "socket:" in os.readlink(fd)}
    found: set[str] = set()
    for table in ("tcp", "tcp6", "udp", "udp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            # 0A is LISTEN of TCP, 07 an unconnected UDP socket.
            if fields[9] in inodes and fields[3] in ("0A", "07"):
                found.add(fields[1])
    return found
