"""What pulumi itself would show of secrets, and what is done about it.

The engine strikes the stack file's secrets out of its log, but not those that the program makes or reads: from level 7 on it logs
inputs of resources and all values on their way to a plugin (step_generator.go and rpc.go of its sources), on standard error or into
a file of the temporary folder that everybody may read.
"""

import re
import resource
from collections.abc import Iterator, Mapping, Sequence

from localcloud.errors import LocalCloudError

MOST_VERBOSE = 6
"""The highest level of pulumi's log that shows no secret."""

QUIET = {"PULUMI_TRACING_NO_PAYLOADS": "true"}
"""Environment of pulumi: a trace (`--tracing`) without what the traced calls carry."""

_RECORDS_CALLS = "PULUMI_DEBUG_GRPC"
# Letters of pulumi's flags without a value, which may stand before -v in one word.
_LEVEL = re.compile(r"^(?:-[defhjry]*v|--verbose)(?:=?(\d+)|=?)$")


def check_flags(flags: Sequence[str]) -> None:
    """Raises LocalCloudError for a log of pulumi with secrets in clear text."""
    for level in _levels(flags):
        if level > MOST_VERBOSE:
            raise LocalCloudError(
                f"--verbose={level} makes pulumi log passwords in clear text: take --verbose={MOST_VERBOSE} or lower. If it must "
                "be, call pulumi itself, keep its log where nobody else reads, and delete it"
            )


def check_environment(environment: Mapping[str, str]) -> None:
    """Raises LocalCloudError for a record of all calls, with secrets in clear text."""
    if file := environment.get(_RECORDS_CALLS):
        raise LocalCloudError(
            f"{_RECORDS_CALLS} makes pulumi write every call to {file}, with passwords in clear text: unset {_RECORDS_CALLS}"
        )


def no_core_dumps() -> None:
    """For this process and all that it starts: a core holds every secret of the memory. The hard limit stays as it is."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def _levels(flags: Sequence[str]) -> Iterator[int]:
    for flag, following in zip(flags, [*flags[1:], ""], strict=False):
        if found := _LEVEL.match(flag):
            level = found[1] or following
            if level.isdecimal():
                yield int(level)
