"""Passwords: where they come from, where new ones go, and whether they work."""
