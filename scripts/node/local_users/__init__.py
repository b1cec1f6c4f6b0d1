"""Accounts, sudo rights, homes and folders of the stack's list of users, on nodes without a directory."""
