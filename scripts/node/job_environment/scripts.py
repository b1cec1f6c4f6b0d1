"""The job scripts on shared storage: a folder for each version, so that a running script never meets half of another one."""

from __future__ import annotations

import hashlib
import io
import os
import pprint
import shutil
import sys
import zipfile
from pathlib import Path
from typing import Any

from ..library import commands, program
from ..library.changes import Changes
from . import places, task_prolog

_PACKAGE = "job"
_LAUNCHER = """#!{python} -IBS
# Written by hpcstack; the settings are in values.py.
import sys

sys.path.insert(0, "{folder}")
from {package}.{script} import main

sys.exit(main())
"""
_NOTHING = "#!/bin/sh\n# Written by hpcstack: no reports of steps are kept.\nexit 0\n"


def install(changes: Changes, found: dict[str, Any]) -> None:
    """Have this version of the scripts, with their settings, and what starts them; older versions but the last one go.

    Raises Fault.
    """
    files = _files()
    values = pprint.pformat(found, width=100)
    sources = {name: text for name, text in files.items() if name.endswith(".py")}
    sources["values.py"] = f'"""The settings, from the stack file."""\n\nVALUES = {values}\n'.encode()
    digest = hashlib.sha256(b"\0".join(name.encode() + b"\0" + text for name, text in sorted(sources.items())))
    folder = f"{places.VERSIONS}/{digest.hexdigest()[:12]}"
    fresh = [changes.file(f"{folder}/{_PACKAGE}/{name}", text) for name, text in sources.items()]
    if any(fresh) and not changes.dry_run:
        # Root's scripts write no bytecode, so that it is there before the first of them.
        flags = ("--invalidation-mode", "unchecked-hash", "-q", "-f")
        commands.output(sys.executable, "-m", "compileall", *flags, folder)
    before = _present(places.LAUNCHERS["prolog"])
    for script, path in places.LAUNCHERS.items():
        text = _LAUNCHER.format(python=sys.executable, folder=folder, package=_PACKAGE, script=script)
        if script == "task_epilog" and not found["stepLogs"] and not found["stepVariables"]:
            text = _NOTHING
        changes.file(path, text, mode=0o755)
    changes.file(places.TASK_PROLOG, task_prolog.rendered(files["task_prolog.sh"].decode(), found), mode=0o755)
    if any(fresh):
        _forget(changes, keep=(folder, before))
    forget_former_settings(changes)


def remove(changes: Changes) -> None:
    """Have none of it."""
    for path in (*places.LAUNCHERS.values(), places.TASK_PROLOG):
        changes.gone(path)
    _forget(changes, keep=())
    forget_former_settings(changes)


def forget_former_settings(changes: Changes) -> None:
    """The file of settings goes with the last version that reads it: jobs may still run with that one."""
    if all((path / _PACKAGE / "values.py").exists() for path in Path(places.VERSIONS).glob("*")):
        changes.gone(places.FORMER_SETTINGS)


def _files() -> dict[str, bytes]:
    """Of the package `job`, out of the packed program."""
    prefix = f"{__package__}.{_PACKAGE}".replace(".", "/") + "/"
    with zipfile.ZipFile(io.BytesIO(program.itself())) as archive:
        names = [name for name in archive.namelist() if name.startswith(prefix)]
        return {name[len(prefix) :]: archive.read(name) for name in names}


def _present(launcher: str) -> str:
    """The folder that a launcher uses now."""
    try:
        text = Path(launcher).read_text()
    except OSError:
        return ""
    return text.partition('sys.path.insert(0, "')[2].partition('"')[0]


def _forget(changes: Changes, keep: tuple[str, ...]) -> None:
    for path in sorted(Path(places.VERSIONS).glob("*")):
        if str(path) not in keep and path.is_dir() and not path.is_symlink():
            changes.say(f"{path}/ removed")
            changes.made.append(f"{path}/ removed")
            if not changes.dry_run:
                shutil.rmtree(path)
    if not keep and os.path.isdir(places.VERSIONS) and not changes.dry_run:
        os.rmdir(places.VERSIONS)
