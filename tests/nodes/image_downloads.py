"""What image components download, from a server on loopback: files of the right shape whose programs tell their version."""

import hashlib
import io
import json
import subprocess
import tarfile
import threading
import zipfile
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from settings.image_components import software

_PYTHON = "3.13.18"


def program(says: str) -> str:
    """A program that prints one line, whatever it is asked."""
    return f"#!/bin/sh\necho '{says}'\n"


def tar(**files: str) -> bytes:
    """A .tar.gz of executables; `__` in a name stands for a slash."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(content.encode()), 0o755
            archive.addfile(info, io.BytesIO(content.encode()))
    return buffer.getvalue()


def deb(folder: Path, name: str, version: str, says: str) -> bytes:
    """A Debian package with one program."""
    root = folder / name
    (root / "DEBIAN").mkdir(parents=True)
    (root / "usr/bin").mkdir(parents=True)
    control = f"Package: {name}\nVersion: {version}\nArchitecture: amd64\nMaintainer: tests <tests@example.org>\n"
    (root / "DEBIAN/control").write_text(control + "Description: test\n")
    command = root / "usr/bin" / name.removesuffix("-ce")
    command.write_text(program(says))
    command.chmod(0o755)
    made = folder / f"{name}.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "-b", root, made], check=True, capture_output=True)
    return made.read_bytes()


def awscli(version: str) -> bytes:
    """The shape of AWS's archive, as far as the component uses it."""
    install = f"""#!/bin/sh
while [ $# -gt 0 ]; do case $1 in --install-dir) to=$2; shift;; --bin-dir) bin=$2; shift;; esac; shift; done
mkdir -p "$to/v2/{version}/bin"
printf '#!/bin/sh\\necho aws-cli/{version} Python/3.13\\n' > "$to/v2/{version}/bin/aws"
chmod 755 "$to/v2/{version}/bin/aws"
"""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo("aws/install")
        info.external_attr = 0o755 << 16
        archive.writestr(info, install)
    return buffer.getvalue()


def r(version: str) -> bytes:
    """A source that `configure`, `make` and `make install` make an R of which prints its version and its repository."""
    rscript = f"""#!/bin/sh
case $2 in
*repos*) sed -n 's/.*CRAN = "\\(.*\\)".*/\\1/p' $prefix/lib/R/etc/Rprofile.site;;
*) echo {version};;
esac
"""
    configure = """#!/bin/sh
for word; do case $word in --prefix=*) echo "prefix=${word#--prefix=}" > Makefile.in;; esac; done
. ./Makefile.in
printf 'all:\\n\\ttrue\\ninstall:\\n\\tmkdir -p %s/bin %s/lib/R/etc\\n\\tcp R Rscript %s/bin/\\n' $prefix $prefix $prefix > Makefile
sed -i "s|\\$prefix|$prefix|g" R Rscript
"""
    files = {"configure": configure, "R": "#!/bin/sh\necho $prefix/lib/R\n", "Rscript": rscript}
    return tar(**{f"R-{version}/{name}": text for name, text in files.items()})


def python(version: str = _PYTHON) -> bytes:
    """A build as uv unpacks it: the machine's own Python under another version's name."""
    short = version.rpartition(".")[0]
    start = f'#!/bin/sh\n[ "$1" != -V ] || {{ echo Python {version}; exit; }}\nexec /usr/bin/python3 "$@"\n'
    files = {f"python/bin/{name}": start for name in (f"python{short}", "python3")}
    variables = "# system configuration generated and used by the sysconfig module\nbuild_time_vars = {'CC': 'cc'}\n"
    return tar(**files, **{f"python/lib/python{short}/_sysconfigdata__linux_x86_64-linux-gnu.py": variables})


def python_list(path: str, content: bytes, version: str = _PYTHON) -> bytes:
    """uv's own list of what can be downloaded, with one entry, at its project as all of them are."""
    major, minor, patch = map(int, version.split("."))
    entry = {
        "name": "cpython",
        "arch": {"family": "x86_64", "variant": None},
        "os": "linux",
        "libc": "gnu",
        "major": major,
        "minor": minor,
        "patch": patch,
        "prerelease": "",
        "url": f"{software()['python'].base_url}/{path}",
        "sha256": hashlib.sha256(content).hexdigest(),
        "variant": None,
        "build": "20260101",
    }
    return json.dumps({f"cpython-{version}-linux-x86_64-gnu": entry}).encode()


@contextmanager
def served(files: dict[str, bytes]) -> Generator[str]:
    """The server's address while it serves `files` by their paths; a file may be added later."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = files.get(self.path)
            self.send_response(200 if content is not None else 404)
            self.send_header("Content-Length", str(len(content or b"")))
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, format: str, *args: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
