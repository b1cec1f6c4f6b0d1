"""The environment of jobs: prolog, epilog, task prolog and task epilog, which the head node puts into the shared /opt/slurm/etc."""

from collections.abc import Sequence

from planning.endpoints import Endpoints
from planning.node_actions.action import Integration, NodeAction, with_settings
from planning.slurm_settings import Fragment
from settings import Settings

_PROGRAM = "job_environment"
_SCRIPTS = "/opt/slurm/etc/scripts"
_INTERACTIVE = "--interactive --ntasks=1 --nodes=1 --propagate=ALL --preserve-env --mem-per-cpu=0 --pty $SHELL -l"
"""Of salloc's shell on the job's first node: no memory of its own, so that steps find all of the job's."""


def _programs(settings: Settings) -> list[str]:
    return [_PROGRAM] if settings.cluster.job_environment else []


def _actions(settings: Settings, endpoints: Endpoints) -> list[NodeAction]:
    return with_settings(_PROGRAM, ["head"], endpoints) if settings.cluster.job_environment else []


def _lines(settings: Settings) -> Sequence[Fragment]:
    wanted = settings.cluster.job_environment
    if wanted is None:
        return []
    # Alloc has the prolog run on every node when the job gets it, not at its first step there. Contain does too, and makes a
    # step more for each job, which costs half as much as the job itself; job_container/tmpfs needs it.
    lines = {
        "TaskProlog": f"{_SCRIPTS}/task_prolog",
        "TaskEpilog": f"{_SCRIPTS}/task_epilog",
        "PrologFlags": "Contain" if wanted.private_tmp else "Alloc",
    }
    if wanted.private_tmp:
        lines["JobContainerType"] = "job_container/tmpfs"
    if wanted.interactive_step:
        lines |= {"LaunchParameters": "use_interactive_step", "InteractiveStepOptions": f'"{_INTERACTIVE}"'}
    place = ("cluster", "jobEnvironment")
    return [Fragment(origin=".".join(place), path=place, key=key, value=value) for key, value in lines.items()]


JOB_ENVIRONMENT = Integration(programs=_programs, actions=_actions, lines=_lines)
