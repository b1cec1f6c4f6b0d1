"""A small certificate authority of the directory's own, and the domain controller's certificate signed by it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from localcloud.errors import LocalCloudError

_DAYS = "3650"
_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


def make_authority(folder: Path, domain: str) -> None:
    """Write `ca.pem` and `ca.key` (0600) into `folder`, which is made 0700."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _openssl(
        *("req", "-x509", *_KEY, "-sha256", "-days", _DAYS, "-subj", f"/CN=hpcstack local directory CA {domain}"[:64]),
        *("-addext", "keyUsage=critical,keyCertSign,cRLSign"),
        *("-keyout", str(folder / "ca.key"), "-out", str(folder / "ca.pem")),
    )


def make_server_certificate(folder: Path, server_name: str, address: str) -> None:
    """Write `server.pem` and `server.key` (0600), valid for the server's name and address (both as SAN)."""
    request, extensions = folder / "server.csr", folder / "server.ext"
    extensions.write_text(
        f"subjectAltName=DNS:{server_name},IP:{address}\nbasicConstraints=CA:FALSE\n"
        "keyUsage=digitalSignature\nextendedKeyUsage=serverAuth\n"
    )
    # The common name holds 64 characters at most; clients read the SAN.
    _openssl(
        *("req", "-new", *_KEY, "-subj", f"/CN={server_name}"[:68]),
        *("-keyout", str(folder / "server.key"), "-out", str(request)),
    )
    _openssl(
        *("x509", "-req", "-in", str(request), "-CA", str(folder / "ca.pem"), "-CAkey", str(folder / "ca.key")),
        *("-CAcreateserial", "-sha256", "-days", _DAYS, "-extfile", str(extensions)),
        *("-out", str(folder / "server.pem")),
    )
    request.unlink()
    extensions.unlink()


def _openssl(*arguments: str) -> None:
    """Run openssl with files made private; LocalCloudError with its own last line when it fails."""
    try:
        done = subprocess.run(
            ["openssl", *arguments],
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            preexec_fn=lambda: os.umask(0o077),
        )
    except FileNotFoundError as error:
        raise LocalCloudError("openssl is not installed; install the package openssl") from error
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise LocalCloudError(f"openssl {arguments[0]} failed: {reason}")
