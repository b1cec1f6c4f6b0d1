"""From a wanted list to a directory that is so: look, plan, write, look again."""
