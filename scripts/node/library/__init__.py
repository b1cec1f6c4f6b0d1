"""What programs of nodes share: their start, what they change, commands, secrets, services."""
