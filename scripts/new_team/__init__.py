"""`just new-team NAME`: asks a few questions and writes a team's stack file."""
