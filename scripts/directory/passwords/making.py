"""Random passwords that people can read aloud and that Active Directory's complexity rule accepts."""

from __future__ import annotations

import secrets

# Without 0 O o, 1 l I i: they look alike on paper.
LOWER = "abcdefghjkmnpqrstuvwxyz"
UPPER = "ABCDEFGHJKLMNPQRSTUVWXYZ"
DIGITS = "23456789"
_ALPHABET = LOWER + UPPER + DIGITS
_GROUPS, _GROUP_LENGTH = 4, 4


def generate(account: str, least_length: int = 0) -> str:
    """Four groups of four, `xK7p-Mw3r-...`: 92 bits; lower case, capital and digit present; never containing the account's name.

    More groups where the domain wants a longer one. The last rule is Windows's (names of three characters and more); Samba
    accepts such passwords.
    """
    count = max(_GROUPS, -(-(least_length + 1) // (_GROUP_LENGTH + 1)))
    while True:
        groups = ["".join(secrets.choice(_ALPHABET) for _ in range(_GROUP_LENGTH)) for _ in range(count)]
        password = "-".join(groups)
        if acceptable(password, account):
            return password


def acceptable(password: str, account: str) -> bool:
    """Whether a password has three kinds of characters and does not contain the account's name."""
    kinds = all(any(c in kind for c in password) for kind in (LOWER, UPPER, DIGITS))
    contains_name = len(account) >= 3 and account.lower() in password.lower()
    return kinds and not contains_name
