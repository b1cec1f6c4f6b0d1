"""A pulumi that answers from a file, and a directory tool that does what a test says."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from scripts.operator import stack

PULUMI = f"""#!{sys.executable}
import json, sys
answers = json.load(open(__file__ + ".json"))
arguments = [word for word in sys.argv[1:] if word != "--non-interactive"]
open(__file__ + ".calls", "a").write(json.dumps(arguments) + "\\n")
known = {{"outputs": ["stack", "output"], "name": ["stack", "--show-name"], "key": ["config", "get"]}}
name = next(name for name, words in known.items() if arguments[: len(words)] == words)
text, error = answers[name]
sys.stderr.write(error)
sys.stdout.write(text)
sys.exit(255 if error else 0)
"""

NO_KEY = "error: configuration key 'jumpHostPrivateKey' not found for stack 'team'\n"

OUTPUTS: dict[str, Any] = {
    "domain_name": "hpc.example.org",
    "directory_servers": ["127.0.0.1", "127.0.0.2"],
    "directory_admin_user": "Administrator",
    "directory_admin_secret_arn": "arn:aws:secretsmanager:eu-central-1:123456789012:secret:admin-AbCdEf",
    "users": {"prefix": "posit", "count": 0, "start": 1, "width": 4, "group": "hpcusers"},
    "jump_host_host": "127.0.0.1",
    "jump_host_port": 22,
    "jump_host_user": "somebody",
}


class FakePulumi:
    """An executable that HPCSTACK_PULUMI names."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self._file = folder / "fake pulumi"
        self._file.write_text(PULUMI)
        self._file.chmod(0o755)
        patch.setenv(stack.PULUMI, str(self._file))
        patch.delenv(stack.STACK_FILE, raising=False)
        self.answer(OUTPUTS)

    def answer(self, outputs: dict[str, Any], key: str = "", error: str = "", config_error: str = NO_KEY) -> None:
        answers = {
            "outputs": ["" if error else json.dumps(outputs), error],
            "name": ["team\n", ""],
            "key": [f"{key}\n", ""] if key else ["", config_error],
        }
        self._file.with_name(f"{self._file.name}.json").write_text(json.dumps(answers))

    @property
    def calls(self) -> list[list[str]]:
        lines = self._file.with_name(f"{self._file.name}.calls").read_text().splitlines()
        return [json.loads(line) for line in lines]
