"""`just repair`: brings a stack's state back to the truth after a run of pulumi that was killed.

A killed run leaves operations in the state of which nobody knows how they ended. Each is looked up at AWS: what was made is taken
over into the state, what was not is forgotten, what cannot be told is shown with the command that settles it.
"""
