"""A small certificate authority of the directory's own, and the domain controller's certificate signed by it."""

from pathlib import Path

# What signs is imported where it is needed: every command of the local cloud imports this module, and few make certificates.


def make_authority(folder: Path, domain: str) -> None:
    """Write `ca.pem` and `ca.key` (0600) into `folder`, which is made 0700."""
    from localcloud import certificates

    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = certificates.authority(f"hpcstack local directory CA {domain}")
    made.write(folder / "ca.pem", folder / "ca.key")


def make_server_certificate(folder: Path, server_name: str, address: str) -> None:
    """Write `server.pem` and `server.key` (0600), valid for the server's name and address (both as SAN)."""
    from localcloud import certificates

    authority = certificates.Signed.read(folder / "ca.pem", folder / "ca.key")
    issued = certificates.issue(authority, server_name, [server_name], [address])
    issued.write(folder / "server.pem", folder / "server.key")
