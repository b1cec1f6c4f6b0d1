"""python -m localcloud.emulator: the AWS emulator in the foreground, until SIGTERM or SIGINT."""

import argparse
import ipaddress
import logging
import os
import signal
import socket
import sys

from localcloud import paths
from localcloud.emulator import imports, seed
from localcloud.emulator.clients import ENDPOINT
from localcloud.errors import LocalCloudError


def main() -> int:
    """Exit code: 0 after a signal, 1 if the port is taken, 2 for a wrong argument."""
    arguments = _arguments()
    signals = {signal.SIGTERM, signal.SIGINT}
    # Blocked here and so in all threads: sigwait below is the only one who gets them.
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        listener = _listen(arguments.host, arguments.port)
    except OSError as error:
        print(f"error: cannot listen on {arguments.host}:{arguments.port}: {error.strerror}", file=sys.stderr)
        return 1
    _prepare(f"http://{arguments.host}:{listener.getsockname()[1]}", arguments.region)
    # Moto reads the environment while it is imported.
    with imports.quickly():
        from localcloud.emulator import server

    try:
        server.start(listener)
    except LocalCloudError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"ready at {os.environ[ENDPOINT]}", flush=True)
    signal.sigwait(signals)
    logging.shutdown()
    # All state is in memory, and open connections of clients would keep a regular shutdown waiting.
    os._exit(0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m localcloud.emulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", type=_loopback, help="address of 127.0.0.0/8 (%(default)s)")
    parser.add_argument("--port", required=True, type=int, help="TCP port; 0 takes a free one")
    parser.add_argument("--region", default="us-east-1", help="region of calls that name none (%(default)s)")
    return parser.parse_args()


def _loopback(text: str) -> str:
    """The emulator asks nobody for a password: it must not be reachable from elsewhere."""
    try:
        allowed = ipaddress.ip_address(text) in ipaddress.ip_network("127.0.0.0/8")
    except ValueError:
        allowed = False
    if not allowed:
        raise argparse.ArgumentTypeError(f"{text} is not an address of 127.0.0.0/8")
    return text


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    listener.listen(128)
    return listener


def _prepare(endpoint: str, region: str) -> None:
    """The environment of moto and of boto3 within this process."""
    os.environ.update(
        {
            ENDPOINT: endpoint,
            "AWS_DEFAULT_REGION": region,
            "AWS_EC2_METADATA_DISABLED": "true",
            "MOTO_AMIS_PATH": str(seed.write_images(paths.STATE / "emulator")),
            # ParallelCluster attaches AWS's own policies to roles.
            "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
            # Instances need an image, a key pair and a type that exist; moto asks for none of them by default.
            "MOTO_ENABLE_AMI_VALIDATION": "true",
            "MOTO_ENABLE_KEYPAIR_VALIDATION": "true",
            "MOTO_EC2_ENABLE_INSTANCE_TYPE_VALIDATION": "true",
        }
    )


if __name__ == "__main__":
    sys.exit(main())
