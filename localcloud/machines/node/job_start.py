"""The local cloud's own PrologSlurmctld: a job starts as soon as its nodes are up.

slurmctld by itself looks each 30 s (PERIODIC_TIMEOUT of slurmctld.h, a constant of 24.11 and of 25.11) whether the nodes of a job
that waits for its machines are up. Where machines take minutes to start nobody sees that; here it is most of the wait. When a
PrologSlurmctld ends, slurmctld looks at once (prolog_running_decr of job_scheduler.c): this one ends when the nodes are up, or when
the job waits no longer. slurmctld starts it again after a restart of its own, and ends it with the job.
"""

PROGRAM = "/opt/localcloud/await-nodes"
_TEXT = """#!/bin/bash
# A node is up unless its state ends with one of ~ # % ! ^ (sinfo(1): off, powering up, powering down, to be powered down, reboots).
export PATH=/opt/slurm/bin:$PATH
while sinfo --noheader --Node --nodes="$SLURM_JOB_NODELIST" --format=%t | grep -q '[~#%!^]'; do
  [[ $(squeue --noheader --jobs="$SLURM_JOB_ID" --format=%T 2>&1) == CONFIGURING ]] || break
  sleep {pause:g}
done
exit 0
"""


def text(pause: float) -> str:
    """The program, which looks each `pause` seconds."""
    return _TEXT.replace("{pause:g}", f"{pause:g}")
