"""The engine and its Python language host: a program's life, its errors, its plugins, an interrupt."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from localcloud import paths, processes
from localcloud.engine import engine as engines
from localcloud.engine import plugins
from tests.emulator.rig import until

pytestmark = pytest.mark.engine

PROGRAM = """
import pulumi, pulumi_command as command
config = pulumi.Config()
hello = command.local.Command("hello", create="echo hello $WHO", environment={"WHO": config.require("who")})
pulumi.export("said", hello.stdout)
pulumi.export("password", config.require_secret("password"))
"""
PROJECT = "name: trial\nruntime: {name: python, options: {virtualenv: '%s'}}\n"


class Project:
    """A Pulumi project in a folder of its own, with its own home and backend."""

    def __init__(self, folder: Path) -> None:
        self.folder, home = folder / "a project's folder", folder / "a home"
        self.folder.mkdir()
        (self.folder / "Pulumi.yaml").write_text(PROJECT % (paths.ROOT / ".venv"))
        self.engine = engines.ensure()
        plugins.prepare(self.engine, home)
        backend = folder / "a backend"
        backend.mkdir()
        self.environment = {
            **self.engine.environment(os.environ),
            "PULUMI_HOME": str(home),
            "PULUMI_BACKEND_URL": backend.as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "of no use",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }
        self.pulumi("stack", "init", "one")

    def command(self, *arguments: str) -> list[str]:
        return [str(self.engine.pulumi), *arguments, "--non-interactive"]

    def pulumi(self, *arguments: str, code: int = 0) -> str:
        done = subprocess.run(
            self.command(*arguments), cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def write(self, program: str) -> None:
        (self.folder / "__main__.py").write_text(program)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_a_program_lives_from_up_to_destroy(project: Project) -> None:
    project.write(PROGRAM)
    project.pulumi("config", "set", "who", "world")
    project.pulumi("config", "set", "--secret", "password", "kept to itself")
    made = project.pulumi("up", "--yes", "--skip-preview")
    assert "$PATH" not in made, "the plugins must be the home's own"
    assert "kept to itself" not in made
    outputs = json.loads(project.pulumi("stack", "output", "--json", "--show-secrets"))
    assert outputs == {"said": "hello world", "password": "kept to itself"}
    assert "2 unchanged" in project.pulumi("preview", "--expect-no-changes")
    assert "2 deleted" in project.pulumi("destroy", "--yes")


def test_an_error_of_the_program_is_shown_once_and_fails_the_run(project: Project) -> None:
    project.write("import pulumi\nraise pulumi.RunError('no team is set')\n")
    shown = project.pulumi("preview", code=255)
    print(shown)
    assert "no team is set" in shown


def test_a_fault_of_the_program_is_shown_with_its_place(project: Project) -> None:
    project.write("unknown_name\n")
    shown = project.pulumi("preview", code=255)
    assert "NameError: name 'unknown_name' is not defined" in shown


def test_the_program_sees_its_own_folder_and_nothing_of_the_local_cloud(project: Project) -> None:
    (project.folder / "beside.py").write_text("VALUE = 7\n")
    project.write(
        "import pulumi, beside, importlib.util\n"
        "pulumi.export('beside', beside.VALUE)\n"
        "pulumi.export('localcloud', importlib.util.find_spec('localcloud') is not None)\n"
    )
    project.pulumi("up", "--yes", "--skip-preview")
    assert json.loads(project.pulumi("stack", "output", "--json")) == {"beside": 7, "localcloud": False}


def test_an_interrupt_ends_program_and_host_quietly(project: Project) -> None:
    project.write(
        "import os, pathlib, time\n"
        "pathlib.Path('program.pid').write_text(f'{os.getpid()} {os.getppid()}')\n"
        "time.sleep(600)\n"
    )
    engine = subprocess.Popen(
        project.command("up", "--yes", "--skip-preview"),
        cwd=project.folder,
        env=project.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    pids = project.folder / "program.pid"
    until(lambda: pids.exists() and pids.read_text().count(" ") == 1)
    # As a terminal does at Ctrl-C, twice: the second one does not wait for the program. Two at once would be one signal, so each
    # waits until the one before has been taken.
    shown = ""
    for _ in range(60):
        os.killpg(engine.pid, signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            shown, _ = engine.communicate(timeout=1)
            break
    assert engine.returncode != 0
    assert "Traceback" not in shown
    until(lambda: not any(processes.alive(int(pid)) for pid in pids.read_text().split()))


def test_a_plugin_by_path_is_served(project: Project) -> None:
    plugin = project.folder / "plugin"
    plugin.mkdir()
    (plugin / "PulumiPlugin.yaml").write_text(PROJECT.partition("\n")[2] % (paths.ROOT / ".venv"))
    (plugin / "__main__.py").write_text(
        "import sys\n"
        "from pulumi.provider.experimental import provider, server\n"
        "class Trial(provider.Provider):\n"
        "    async def get_schema(self, request):\n"
        '        return provider.GetSchemaResponse(schema=\'{"name": "trial", "version": "1.0.0"}\')\n'
        "    async def invoke(self, request):\n"
        "        print('asked for', request.tok, file=sys.stderr)\n"
        "        return provider.InvokeResponse(return_value=dict(request.args))\n"
        "server.main(sys.argv[1:], '1.0.0', Trial())\n"
    )
    with (project.folder / "Pulumi.yaml").open("a") as file:
        file.write("plugins: {providers: [{name: trial, path: ./plugin}]}\n")
    project.write(
        "import pulumi\n"
        "told = pulumi.runtime.invoke('trial:index:echo', {'word': 'heard'}).value\n"
        "pulumi.export('word', told['word'])\n"
    )
    project.pulumi("up", "--yes", "--skip-preview")
    assert json.loads(project.pulumi("stack", "output", "--json")) == {"word": "heard"}


def test_the_host_prints_its_port_and_ends_quietly(tmp_path: Path) -> None:
    host = paths.ROOT / "localcloud" / "engine" / "language_host.py"
    command = [sys.executable, "-P", str(host), "--executor", "/nowhere", "127.0.0.1:1"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=tmp_path)
    assert process.stdout is not None
    assert re.fullmatch(r"\d+\n", process.stdout.readline())
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=120) == ("", "")
    assert process.returncode == 0


def test_the_host_ends_when_its_engine_was_killed(tmp_path: Path) -> None:
    host = paths.ROOT / "localcloud" / "engine" / "language_host.py"
    command = [sys.executable, "-P", str(host), "--executor", "/nowhere", "127.0.0.1:1"]
    # In the place of the engine: starts the host, tells its pid, and waits.
    program = f"import subprocess; child = subprocess.Popen({command!r}); print(child.pid, flush=True); child.wait()"
    engine = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=tmp_path)
    assert engine.stdout is not None
    pid = int(engine.stdout.readline())
    assert engine.stdout.readline().strip().isdigit()
    engine.kill()
    engine.wait()
    until(lambda: not processes.alive(pid))
