"""What each node runs at its start and after updates: the programs that the stack's manifest lists, in their order."""
