"""Stacks of the local cloud: their environment, their backend, and the stack file with what the local cloud alone knows."""

import json
import os
import secrets
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from localcloud import paths, processes
from localcloud.engine.engine import Engine
from localcloud.engine.progress import say
from localcloud.errors import LocalCloudError
from localcloud.services import REGION, Services

NAMESPACE = "hpcstack"
LOCAL = "local"
_KEY = f"{NAMESPACE}:jumpHostPrivateKey"
_PUBLIC = f"{NAMESPACE}:ssh"


def home() -> Path:
    return paths.STATE / "pulumi"


def backend() -> Path:
    return paths.STATE / "backend"


def stack_file(stack: str) -> Path:
    """The effective stack file of a stack of the local cloud."""
    return paths.STATE / f"Pulumi.{stack}.yaml"


def is_local(env: Mapping[str, str]) -> bool:
    """Whether an environment is that of the local cloud's stacks."""
    return env.get("PULUMI_BACKEND_URL") == _backend_url()


def exists(stack: str) -> bool:
    """Whether the local cloud's backend has the stack."""
    return _checkpoint(stack).exists()


def environment(engine: Engine, endpoint: str) -> dict[str, str]:
    """The environment in which pulumi, and all that it starts, sees the local cloud instead of AWS and of the user's own stacks."""
    for folder in (home(), backend()):
        folder.mkdir(parents=True, exist_ok=True)
    own = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "PULUMI_"))}
    return {
        **engine.environment(own),
        "PULUMI_HOME": str(home()),
        "PULUMI_BACKEND_URL": _backend_url(),
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(_passphrase()),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        # A plugin that happens to be on PATH would be taken for the one that was prepared, of whatever version.
        **({"PULUMI_IGNORE_AMBIENT_PLUGINS": "true"} if engine.host_beside else {}),
    }


def init(stack: str, engine: Engine, env: dict[str, str], committed: Path, services: Services) -> None:
    """Make the stack if there is none, and write its effective stack file."""
    if not exists(stack):
        _make(stack, engine, env)
        _pulumi(engine, env, "stack", "select", stack)
    if unlock(stack):
        say(f"the lock that a killed run left on stack {stack} is removed")
    keys = _write_stack_file(stack, committed, services)
    if services.jump_host and _KEY not in keys:
        key = services.jump_host.private_key_file.read_text()
        config = ["config", "set", "--secret", _KEY, "--stack", stack]
        _pulumi(engine, env, *config, "--config-file", str(stack_file(stack)), text=key)


def unlock(stack: str) -> bool:
    """Remove the locks of killed runs, whose process is gone (the backend is this machine's alone). Whether there were any."""
    stale = False
    for path in (backend() / ".pulumi" / "locks").glob(f"*/{NAMESPACE}/{stack}/*.json"):
        pid = int(json.loads(path.read_text())["pid"])
        if not processes.alive(pid):
            stale = True
            path.unlink()
            path.with_name(f"{path.name}.attrs").unlink(missing_ok=True)
    return stale


def forget(stack: str) -> None:
    """Drop a stack whose resources are gone with the emulator that held them."""
    for path in (backend() / ".pulumi").rglob(f"{stack}.json*"):
        path.unlink()
    stack_file(stack).unlink(missing_ok=True)


def _backend_url() -> str:
    """Without the files of attributes beside those of the state: they are not written whole, and a run that is killed meanwhile
    leaves an empty one, with which pulumi cannot read the state any more."""
    return f"{backend().as_uri()}?metadata=skip"


def _passphrase() -> Path:
    path = paths.STATE / "passphrase"
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(24))
    return path


def _make(stack: str, engine: Engine, env: dict[str, str]) -> None:
    """`stack init` takes no --config-file and would write into the committed stack file: it runs beside a project file of the same
    name in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "Pulumi.yaml").write_text(f"name: {NAMESPACE}\nruntime: python\n")
        _pulumi(engine, env, "-C", folder, "stack", "init", stack, "--no-select")


def _checkpoint(stack: str) -> Path:
    return backend() / ".pulumi" / "stacks" / NAMESPACE / f"{stack}.json"


def _salt(stack: str) -> str:
    """Of the stack's secrets, from its state: without it in the stack file, pulumi would quietly begin with another one."""
    return str(json.loads(_checkpoint(stack).read_text())["checkpoint"]["latest"]["secrets_providers"]["state"]["salt"])


def _write_stack_file(stack: str, committed: Path, services: Services) -> set[str]:
    """The committed stack file, plus the local cloud's own facts where it says `existing`, minus what cannot be had.

    Secrets that were set in the effective file (`pulumi config set --secret --config-file`) stay. Returns its keys.
    """
    document: dict[str, Any] = yaml.safe_load(committed.read_text())
    path = stack_file(stack)
    config = document["config"]
    if config.get(f"{NAMESPACE}:directory", {}).get("kind") == "existing":
        _fill_in(config, services)
    document["encryptionsalt"] = _salt(stack)
    config |= _secrets_set(path, document)
    partial = path.with_suffix(".partial")
    partial.write_text(yaml.safe_dump(document, sort_keys=False))
    partial.replace(path)
    return set(config)


def _secrets_set(effective: Path, document: dict[str, Any]) -> dict[str, Any]:
    """The encrypted values of the effective stack file, if there is one and they are this stack's.

    The jump host's key is among them only if its public half stands there too, unchanged.
    """
    former: dict[str, Any] = yaml.safe_load(effective.read_text()) if effective.exists() else {}
    if former.get("encryptionsalt") != document["encryptionsalt"]:
        return {}
    config = former["config"]
    kept = {key: value for key, value in config.items() if isinstance(value, dict) and "secure" in value}
    if config.get(_PUBLIC) is None or config.get(_PUBLIC) != document["config"].get(_PUBLIC):
        kept.pop(_KEY, None)
    return kept


def _fill_in(config: dict[str, Any], services: Services) -> None:
    where, host = services.directory, services.jump_host
    if where is None or host is None:
        for key in ("directory", "jumpHost", "users"):
            config.pop(f"{NAMESPACE}:{key}", None)
        return
    config[f"{NAMESPACE}:directory"] |= {
        "servers": [where.address],
        "serverName": where.server_name,
        "adminUser": where.admin_name,
        "adminSecretArn": services.admin_secret_arn,
        "readOnlyUser": where.read_only_user,
        "readOnlySecretArn": services.read_only_secret_arn,
        "caCertificate": Path(where.ca_file).read_text(),
    }
    config[f"{NAMESPACE}:jumpHost"] |= {
        "host": host.host,
        "port": host.port,
        "user": host.user,
        "hostKey": host.host_key,
    }
    config[_PUBLIC] = {"publicKey": host.private_key_file.with_suffix(".pub").read_text().strip()}


def _pulumi(engine: Engine, env: dict[str, str], *arguments: str, text: str | None = None) -> None:
    command = [str(engine.pulumi), *arguments, "--non-interactive"]
    done = subprocess.run(command, env=env, cwd=paths.ROOT, input=text, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LocalCloudError(f"pulumi {' '.join(arguments)} failed: {done.stderr.strip() or done.stdout.strip()}")
