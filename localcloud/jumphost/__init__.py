"""The local cloud's jump host: a real OpenSSH server on a loopback address, for the current user."""
