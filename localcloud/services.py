"""Everything the local cloud runs: the AWS emulator, the directory and the jump host."""

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from localcloud import locks, packages, paths
from localcloud.directory import service as directory
from localcloud.directory.layout import DirectoryInfo
from localcloud.emulator import service as emulator
from localcloud.errors import LocalCloudError
from localcloud.jumphost import service as jumphost
from localcloud.jumphost.service import JumpHostInfo
from localcloud.machines import cleanup, mode, running

REGION = "us-east-1"
Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Services:
    """What runs. The directory and the jump host are None where they cannot be had (no root)."""

    endpoint: str
    """URL of the AWS emulator."""
    birth: str
    """New whenever the emulator was started anew, and so is empty."""
    directory: DirectoryInfo | None
    jump_host: JumpHostInfo | None
    admin_secret_arn: str | None = None
    read_only_secret_arn: str | None = None


def start(domain: str, say: Say) -> Services:
    """Start what does not run yet; a second call changes nothing. Raises LocalCloudError."""
    served = _people(domain, say)
    emulator.start()
    endpoint, birth = emulator.endpoint(), emulator.birth()
    if endpoint is None or birth is None:
        raise LocalCloudError(f"the AWS emulator ended right after its start: read {emulator.log_file()}")
    say(f"AWS emulator at {endpoint}, whose machines {'boot' if mode.chosen() else 'are emulated'}")
    if served is None:
        return Services(endpoint=endpoint, birth=birth, directory=None, jump_host=None)
    where, host = served
    say(f"directory {where.domain} at {where.address}, jump host at {host.host}:{host.port}")
    arns = _secrets(endpoint, birth, where)
    return Services(
        endpoint=endpoint,
        birth=birth,
        directory=where,
        jump_host=host,
        admin_secret_arn=arns["admin"],
        read_only_secret_arn=arns["read-only"],
    )


def stop() -> list[str]:
    """Names of the services that were running and are stopped now."""
    ended = {
        "jump host": jumphost.stop(),
        "directory": directory.stop(),
        "AWS emulator": emulator.stop(),
        # After the emulator, which would start others; also those of one that crashed.
        "machines": cleanup.remove_all(),
    }
    return [name for name, was_running in ended.items() if was_running]


def remove() -> None:
    """Stop everything and delete what the directory and the jump host hold."""
    stop()
    jumphost.remove()
    directory.remove()


def status() -> list[str]:
    """A line for each service that runs."""
    lines: list[str] = []
    if endpoint := emulator.endpoint():
        lines.append(f"AWS emulator: {endpoint}, log {emulator.log_file()}")
    if where := directory.info():
        lines.append(f"directory: {where.domain} at {where.address} ({where.server_name})")
    if host := jumphost.info():
        lines.append(f"jump host: ssh -p {host.port} -i '{host.private_key_file}' {host.user}@{host.host}")
    lines += [
        f"machine {running.node_name(one.instance, one.hostname)}: {one.kind} of cluster {one.cluster}"
        for one in running.machines()
    ]
    return lines


def why_no_people(names: Iterable[str] = packages.NEEDED) -> str | None:
    """None if the directory and the jump host can run here, after their packages were installed; else what they need."""
    missing = packages.ensure(names).missing
    if missing:
        return f"root and the Debian packages {' '.join(missing)}"
    return None if os.geteuid() == 0 else "root (the directory listens on ports below 1024)"


def _people(domain: str, say: Say) -> tuple[DirectoryInfo, JumpHostInfo] | None:
    if reason := why_no_people():
        say(f"no directory, no jump host, no users: they need {reason}; everything else works without them")
        return None
    return directory.start(domain), jumphost.start()


def _secrets(endpoint: str, birth: str, where: DirectoryInfo) -> dict[str, str]:
    """The ARNs of the directory's passwords, remembered for as long as the emulator lives."""
    file, of = paths.STATE / "account-secrets.json", {"birth": birth, "directory": where.domain}
    with locks.held(file.with_suffix(".lock")):
        known = json.loads(file.read_text()) if file.exists() else {}
        if known.get("of") != of:
            from localcloud import account_secrets

            known = {"of": of, "arns": account_secrets.ensure(endpoint, REGION, where)}
            partial = file.with_suffix(".partial")
            partial.write_text(json.dumps(known))
            partial.replace(file)
    return known["arns"]
