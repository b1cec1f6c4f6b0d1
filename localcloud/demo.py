"""The main job on the local cloud: services, `pulumi up`, outputs; and its end."""

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence

import yaml

from localcloud import discretion, paths, services, stack
from localcloud import operator_tools as tools
from localcloud.emulator import service as emulator
from localcloud.engine import engine as engines
from localcloud.engine import plugins
from localcloud.engine.engine import Engine
from localcloud.engine.progress import say
from localcloud.errors import LocalCloudError
from localcloud.machines import cleanup, mode, pace
from localcloud.services import Say, Services

COMMITTED = paths.ROOT / "Pulumi.local.yaml"
BOOTED = "--booted"


def prepare(tell: Say = lambda _: None) -> tuple[Engine, dict[str, str], Services]:
    """Makes or finds all that `pulumi` needs here: engine, plugins, services, stack. Raises LocalCloudError.

    `tell` gets a line for everything that serves. What takes long, and what was lost, is said in any case.
    """
    paths.STATE.mkdir(parents=True, exist_ok=True)
    paths.STATE.chmod(0o700)  # also if an earlier command made it
    engine = engines.ensure()
    tell(engine.line)
    running = services.start(_domain(), tell)
    env = stack.environment(engine, running.endpoint)
    tell(plugins.prepare(engine, stack.home()).line)
    _drop_lost_state(running)
    stack.init(stack.LOCAL, engine, env, COMMITTED, running)
    return engine, env, running


def demo(flags: Sequence[str]) -> int:
    """The stack `local` up, its users made, its outputs shown. The exit code is pulumi's."""
    discretion.check_flags([flag for flag in flags if flag != BOOTED])
    flags = choose_machines(flags)
    began = time.monotonic()
    engine, env, running = prepare(say)
    _warm_up(env)
    file = str(stack.stack_file(stack.LOCAL))
    if tools.cut_before(engine, env, stack.LOCAL, "any"):
        say("an earlier run was cut: repairing what it left")
        if code := tools.repair(engine, env, stack.LOCAL, "--yes"):
            return code
    command = [str(engine.pulumi), "up", "--stack", stack.LOCAL, "--config-file", file, "--yes", "--skip-preview"]
    done = subprocess.run(
        [*command, "--suppress-outputs", *flags], env={**env, **discretion.QUIET}, cwd=paths.ROOT, check=False
    )
    if done.returncode:
        say("the platform is not up; `./justw demo` goes on where it stopped, `./justw demo-down` removes everything")
        return done.returncode
    _show_outputs(engine, env)
    print(f"\nUp after {time.monotonic() - began:.0f} s. {_next_steps(running)}")
    return 0


def demo_down() -> int:
    """End all services, with all that they hold (the emulator's account, the directory's users), and remove the state folder."""
    if not paths.STATE.exists() and not cleanup.remove_all():
        say("nothing to remove: there is no local cloud here")
        return 0
    for name in services.stop():
        say(f"{name} stopped")
    services.remove()
    shutil.rmtree(paths.STATE, ignore_errors=not paths.STATE.exists())
    say(f"removed {paths.STATE}")
    return 0


def choose_machines(flags: Sequence[str]) -> list[str]:
    """The flags without `--booted`, which has the cluster's machines boot where that can be. Raises LocalCloudError."""
    if BOOTED in flags:
        if reason := mode.why_no_cluster():
            say(f"machines stay emulated: to boot, they need {reason}")
        else:
            pace.settings()  # what is no number is told now, not by the emulator
            mode.choose(emulator.endpoint() is not None)
            say("machines boot: of their types' sizes only Slurm knows, EFA, GPUs and local disks are not acted out")
    return [flag for flag in flags if flag != BOOTED]


def _show_outputs(engine: Engine, env: dict[str, str]) -> None:
    # Imported at use: `prepare` is what most commands call here.
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    command = [str(engine.pulumi), "stack", "output", "--json", "--stack", stack.LOCAL]
    asked = subprocess.run(command, env=env, cwd=paths.ROOT, capture_output=True, text=True, check=True)
    table = Table("output", "value", box=box.SIMPLE_HEAD, title="pulumi stack output")
    for key, value in json.loads(asked.stdout).items():
        first, *more = (value if isinstance(value, str) else json.dumps(value)).splitlines() or [""]
        table.add_row(key, Text(f"{first} … ({len(more)} more lines)" if more else first, overflow="fold"))
    Console(highlight=False).print(table)


def _domain() -> str:
    return str(yaml.safe_load(COMMITTED.read_text())["config"]["hpcstack:directory"]["domainName"])


def _drop_lost_state(running: Services) -> None:
    """The emulator keeps its resources in memory: a stack that was made on an earlier one describes what is no more."""
    remembered = paths.STATE / "emulator-birth"
    if remembered.exists() and remembered.read_text() != running.birth:
        for path in sorted(paths.STATE.glob("Pulumi.*.yaml")):
            name = path.name.removeprefix("Pulumi.").removesuffix(".yaml")
            say(f"the AWS emulator was started anew and is empty: the old state of stack {name} is dropped")
            stack.forget(name)
    remembered.write_text(running.birth)


def _warm_up(env: dict[str, str]) -> None:
    """Make ParallelCluster's environment now, with its progress to be seen, rather than inside the provider's first call."""
    version = str(yaml.safe_load(COMMITTED.read_text())["config"].get("hpcstack:cluster", {}).get("version", "3.16.1"))
    done = subprocess.run(
        [sys.executable, "-m", "provider.environment", version],
        env={**env, "PYTHONPATH": str(paths.ROOT)},
        cwd=paths.ROOT,
        stdout=subprocess.DEVNULL,
        check=False,
    )
    if done.returncode:
        raise LocalCloudError(f"the environment of ParallelCluster {version} cannot be made: see the lines above")


def _next_steps(running: Services) -> str:
    users = "./justw create-users 50, " if running.directory else ""
    inside = "./justw job FILE, ./justw ssh login, ./justw logs, " if mode.chosen() else ""
    return f"Next: {inside}{users}./justw outputs --json, ./justw preview, ./justw demo-down."
