"""Stand-in for pulumi-command: commands on this machine and, by OpenSSH's client, on others."""
