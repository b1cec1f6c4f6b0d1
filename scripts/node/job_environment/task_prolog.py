"""The task prolog with its settings: a script of bash, whose lines between two marks are the settings'."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import Any

from .job.job import RUN

_BEGIN, _END = "# SETTINGS\n", "# END\n"


def rendered(text: str, found: dict[str, Any]) -> str:
    """`text` with these settings."""
    before, _, rest = text.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    reports = found["stepVariables"]
    lines = [
        f"run={_word(RUN)}",
        f"shared={_word(found['sharedFolder'])}",
        f"local_scratch={_word(found['localScratch'])}",
        f"private_tmp={_flag(found['privateTmp'])}",
        f"keep_environment={_flag(bool(found['logs']) and 'env' in found['keep'])}",
        f"export_names={_words(list(found['exports']))}",
        f"export_values={_words([str(value) for value in found['exports'].values()])}",
        f"path={_words(found['path'])}",
        f"report_names={_words([one['name'] for one in reports])}",
        f"report_files={_words([one['report'] for one in reports])}",
        f"report_where={_words([' '.join(one['where']) for one in reports])}",
        f"binds={_words(found['containerBinds'])}",
    ]
    return before + _BEGIN + "".join(f"{line}\n" for line in lines) + _END + after


def _word(value: str) -> str:
    return shlex.quote(value)


def _words(values: Sequence[str]) -> str:
    return f"({' '.join(map(_word, values))})"


def _flag(value: bool) -> str:
    return "1" if value else "''"
