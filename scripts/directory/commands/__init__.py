"""One module a family of commands. Each takes the options and a report, and returns the exit code."""
