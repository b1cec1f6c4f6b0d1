"""`just token USER [stack]`: a short-lived token for a stack's Slurm REST API, signed here with the stack's key.

The key comes from Secrets Manager by the operator's own AWS credentials, and stays in this process. The head node is
not asked: what a command prints there, Systems Manager keeps for 30 days.
"""

import argparse
import base64
import hashlib
import hmac
import json
import re
import sys
import time
from collections.abc import Sequence

from scripts.operator import stack
from scripts.operator.errors import OperatorError

_LIFESPAN = 900
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,63}")


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0, or 2 for bad input."""
    options = _parser().parse_args(arguments)
    try:
        api = stack.read_slurm_rest(options.stack)
        lifespan = options.lifespan or min(_LIFESPAN, api.max_token_lifespan)
        if lifespan > api.max_token_lifespan:
            raise OperatorError(
                f"--lifespan {lifespan}: tokens of stack {api.stack} live {api.max_token_lifespan} s at most; "
                "take fewer, or raise cluster.slurmRestApi.maxTokenLifespan"
            )
        key = stack.secret(api.key_secret, "the key that signs tokens")
    except OperatorError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.code
    except KeyboardInterrupt:
        return 130
    print(signed(options.user, key.rstrip("\r\n"), lifespan, int(time.time())))
    print(f"for {options.user}, {lifespan} s, {api.url}; as header: X-SLURM-USER-TOKEN", file=sys.stderr)
    return 0


def signed(user: str, key: str, lifespan: int, now: int) -> str:
    """A JSON web token as Slurm's own: HS256, the claims exp, iat and sun (Slurm, "JSON Web Tokens Authentication")."""
    head = _encoded(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
    claims = _encoded(json.dumps({"exp": now + lifespan, "iat": now, "sun": user}).encode())
    return f"{head}.{claims}.{_encoded(hmac.digest(key.encode(), f'{head}.{claims}'.encode(), hashlib.sha256))}"


def _encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def _user(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no user's name")
    return text


def _seconds(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="just token",
        usage="just token USER [stack] [--lifespan SECONDS]",
        description="A token for Slurm's REST API of a stack, with which its bearer acts as USER; alone on standard output.",
        epilog="exit codes: 0; 2 bad input, or what is missing",
    )
    parser.add_argument("user", type=_user, metavar="USER", help="as whom; the head node must know the user")
    parser.add_argument("--stack", metavar="NAME", help="the stack (default: the selected one)")
    parser.add_argument(
        "--lifespan", type=_seconds, metavar="SECONDS", help=f"how long it is good for (default: {_LIFESPAN})"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
