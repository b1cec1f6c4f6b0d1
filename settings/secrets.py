"""Secrets that a team may set itself: of a form that AWS takes. Their text is in no error."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, SecretStr

from settings.base import refuse


def _password(least: int, most: int, signs: str, *good: str) -> Any:
    """`good` are patterns, of which one must match."""

    def check(secret: SecretStr) -> SecretStr:
        text = secret.get_secret_value()
        if not least <= len(text) <= most or not any(re.fullmatch(pattern, text) for pattern in good):
            raise refuse(
                "secret-form",
                "is a secret that AWS does not take",
                allowed=f"{least} to {most} characters: {signs}",
                fix="set another one with pulumi config set --secret, or remove the key to have one generated",
            )
        return secret

    return AfterValidator(check)


_NO_ADMIN = r"(?i:(?!.*admin))"
DirectoryPassword = Annotated[
    SecretStr,
    _password(
        8,
        64,
        "three of lower case, upper case, digits and other signs, and not the word admin",
        rf"{_NO_ADMIN}(?=.*\d)(?=.*[a-z])(?=.*[A-Z]).*",
        rf"{_NO_ADMIN}(?=.*[^A-Za-z0-9])(?=.*\d)(?=.*[a-zA-Z]).*",
        rf"{_NO_ADMIN}(?=.*[^A-Za-z0-9])(?=.*[a-z])(?=.*[A-Z]).*",
    ),
]
"""AWS Directory Service, CreateDirectory."""
_RDS = ('printable ASCII without spaces, / " and @', r"[!#-.0-?A-~]*")
PostgreSqlPassword = Annotated[SecretStr, _password(8, 128, *_RDS)]
"""Amazon RDS, settings of DB instances."""
MySqlPassword = Annotated[SecretStr, _password(8, 41, *_RDS)]
