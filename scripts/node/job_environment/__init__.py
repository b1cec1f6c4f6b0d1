"""Program of nodes: the environment of jobs, by Slurm's prolog, epilog, task prolog and task epilog."""
