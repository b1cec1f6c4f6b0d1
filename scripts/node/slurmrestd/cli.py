"""Arguments, and the three steps: `prepare` before Slurm is configured, `serve` once it runs, `refresh` from a timer."""

from __future__ import annotations

import argparse
import re

from ..library import arguments, node, program
from ..library.changes import Changes
from ..library.faults import Fault
from ..library.node import Node
from . import daemon, keys, refreshing
from .certificate import Certificate
from .front import Front

_NAME = "slurmrestd"


def main() -> int:
    return program.run(_NAME, "Have Slurm's REST API on the head node, with JSON web tokens.", _arguments, _work)


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "step",
        choices=("prepare", "serve", "refresh"),
        help="prepare: put the key where slurmctld looks for it at its start; serve: run the daemon; "
        "refresh: fetch key and certificate anew",
    )
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument(
        "--key-secret", type=arguments.secret_arn, metavar="ARN", help="secret with the HS256 signing key"
    )
    source.add_argument("--jwks-url", type=arguments.url, metavar="URL", help="key set of an identity provider (RS256)")
    parser.add_argument(
        "--user-claim", type=_claim, metavar="NAME", help="claim of the provider's tokens with the user's name"
    )
    parser.add_argument("--port", type=arguments.port, default=8082)
    parser.add_argument("--address", type=arguments.address, help="to listen on; default: the node's private one")
    parser.add_argument("--refresh-minutes", type=_minutes, default=60, help="between two looks for a changed key")
    parser.add_argument(
        "--tls-secret",
        type=arguments.secret_arn,
        metavar="ARN",
        help="secret with certificate, chain and private key (PEM): HTTPS in place of HTTP",
    )
    parser.add_argument("--tls-name", type=arguments.host_name, metavar="NAME", help="that the certificate has to bear")
    parser.add_argument(
        "--tls-alone",
        action="store_true",
        help="the secret need not hold those that signed the certificate: clients are told of them",
    )


def _claim(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_:./-]{1,128}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a claim's name")
    return text


def _minutes(text: str) -> int:
    return arguments.whole(text, 1, 10_080, "a number of minutes, 1 to 10080")


def _work(options: argparse.Namespace, this: Node, changes: Changes) -> None:
    if this.kind != node.HEAD:
        raise Fault(f"this node is a {this.kind}; Slurm's REST API runs on the {node.HEAD} only")
    source = keys.Source(key_secret=options.key_secret, jwks_url=options.jwks_url, user_claim=options.user_claim)
    tls = _front(options)
    if options.step == "prepare":
        keys.prepare(changes, source)
    elif options.step == "refresh":
        refreshing.both(changes, source, tls)
    else:
        refreshing.refresh(changes, source, kept_serves=True)
        daemon.serve(changes, source, address=options.address, port=options.port, tls=tls)
        refreshing.keep_fresh(changes, source, options.refresh_minutes, tls)


def _front(options: argparse.Namespace) -> Front | None:
    if bool(options.tls_secret) != bool(options.tls_name):
        raise Fault("--tls-secret and --tls-name go together; give both, or none")
    if options.tls_alone and not options.tls_secret:
        raise Fault("--tls-alone is of the certificate of --tls-secret; give both, or none")
    if not options.tls_secret:
        return None
    certificate = Certificate(options.tls_secret, options.tls_name, options.tls_alone)
    return Front(options.address or daemon.private_address(), options.port, certificate)
