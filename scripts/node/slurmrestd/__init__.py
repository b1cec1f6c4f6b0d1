"""Slurm's REST daemon on the head node: its signing key or key set, its own user, its unit, its port."""
