"""`cluster.jobEnvironment`: what each job finds on its nodes, and what is kept of it."""

from typing import Annotated, Literal

from pydantic import Field

from settings.base import Section, checked, form, refuse

_OWN = ("SHMDIR", "TMPDIR", "USER_SHMDIR")
_NAME = "an environment variable: capitals, digits and underscores, no digit first"


def _free(name: str) -> None:
    if name in _OWN or name.startswith(("LD_", "SLURM_JOB_")):
        raise refuse(
            "job-variable",
            "is no variable to be set for all jobs",
            allowed=f"any but {', '.join(_OWN)}, SLURM_JOB_… and LD_…",
            fix="remove it: the first are set for each job, and LD_… would reach every program",
        )


VariableName = Annotated[str, form(r"[A-Z_][A-Z0-9_]*", _NAME, longest=64)]
JobVariable = Annotated[VariableName, checked(_free)]
_Value = Annotated[str, form(r"[^\n\r\0]*", "text of one line", longest=1024)]
_Path = form(
    r"(/[A-Za-z0-9_.+-]+)+", "an absolute path of letters, digits and _ . + -, no slash at its end", longest=255
)
_Word = Annotated[str, form(r"[A-Za-z0-9_]+", "letters, digits and underscores", longest=64)]
Kept = Literal["info", "env", "script", "stdout", "stderr"]


def _one_folder(pattern: str) -> None:
    if "/" in pattern or pattern.startswith(".") or not pattern.strip("*?[]"):
        raise refuse(
            "step-log-pattern",
            "is no pattern of files in the job's working folder",
            allowed="a name with * or ? in it, such as report_*, without a slash and not all files",
            fix="name the files that the program writes",
        )


Pattern = Annotated[str, form(r"[A-Za-z0-9_.*?-]+", "letters, digits and _ . * ? -", longest=100), checked(_one_folder)]
ReportName = Annotated[
    str,
    form(
        r"(?!(info|env|script|stdout|stderr|cloudwatch)$)[a-z][a-z0-9-]*",
        "lower-case letters, digits and hyphens, a letter first; not info, env, script, stdout, stderr, cloudwatch",
        longest=32,
    ),
]


class StepVariable(Section):
    """A variable that names a file of each step, such as a profiler's report."""

    name: JobVariable
    """The variable."""
    report: ReportName
    """The kind of log that the file becomes: its value is a path that ends in `<report>.<step>.txt`."""
    where: Annotated[tuple[VariableName, ...], Field(min_length=1, max_length=5)]
    """Only where the job has set all of these."""


class JobLogs(Section):
    """What is kept of each job in `<folder>/<directory>/slurm/logs/<year>/<month>`."""

    keep: tuple[Kept, ...] = ("info", "env", "script", "stdout", "stderr")
    """Slurm's record, the environment, the batch script, and what the job wrote; an empty list keeps none of these."""
    max_size: Annotated[int, Field(ge=1, le=1024)] = 16
    """MiB of each file; of a larger one its first and last half."""
    readable_by: Literal["group", "everybody"] = "group"
    """Who reads the files beside root and slurm: the job's group, or every user."""
    secret_names: Annotated[tuple[_Word, ...], Field(min_length=1, max_length=100)] = (
        *("AUTH", "COOKIE", "CREDENTIAL", "JWT", "KEY", "PASS", "SECRET", "TOKEN", "_PWD"),
    )
    """Variables with one of these words in their names are kept without values; so are values that look like secrets."""
    cloud_watch: bool = True
    """Whether they go to a CloudWatch log group of the stack too, for `monitoring.logRetentionDays`."""
    dashboard_link: bool = False
    """Whether a file says where the cluster's dashboard shows the time of the job."""


class JobEnvironment(Section):
    """Places of each job's own, made before it and removed after it, variables, and logs."""

    folder: str
    """Name of a shared folder: there lie logs, and TMPDIR on nodes without local disks."""
    directory: Annotated[str, form(r"|[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*", "a path below the folder such as scratch")] = (
        ""
    )
    """Where in it."""
    logs: JobLogs = JobLogs()
    """What is kept of each job."""
    exports: dict[JobVariable, _Value] = {"SLURM_KILL_BAD_EXIT": "1"}
    """Variables of every task."""
    path: tuple[Annotated[str, _Path], ...] = (
        *(
            "/usr/local/bin",
            "/usr/bin",
            "/bin",
            "/usr/local/sbin",
            "/usr/sbin",
            "/sbin",
            "/opt/slurm/bin",
            "/opt/aws/bin",
        ),
        "/opt/amazon/openmpi/bin",
    )
    """Folders that PATH gets where it lacks them: jobs by REST bring their own."""
    step_logs: dict[ReportName, Pattern] = {}
    """Kinds of logs and the files that they are, newest of each pattern in the job's working folder, after each step."""
    step_variables: Annotated[tuple[StepVariable, ...], Field(max_length=20)] = ()
    """Variables that name a file of each step."""
    container_binds: tuple[Annotated[str, _Path], ...] = ()
    """Paths that Singularity and Apptainer bind; with any, the node's network libraries, Intel MPI and EFA too."""
    clean_up: bool = True
    """Whether a user without another job on a node loses processes and files in /tmp and /dev/shm there when a job ends."""
    private_tmp: bool = False
    """Whether each job has a /tmp and /dev/shm of its own, by Slurm's job_container/tmpfs."""
    interactive_step: bool = False
    """Whether salloc opens its shell on the job's first node."""

    @property
    def kept(self) -> tuple[str, ...]:
        """All kinds of logs that are kept."""
        return tuple(dict.fromkeys([*self.logs.keep, *self.step_logs, *(one.report for one in self.step_variables)]))
