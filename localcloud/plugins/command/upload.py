"""What CopyToRemote copies where: the rules of pulumi-command 1.2.1 (provider/pkg/provider/remote/copyController.go).

    source    target is a folder    target is missing    target is a file
    folder    target/folder         target/folder        refused
    folder/   into target           into target          refused
    file      target/file           target               overwritten
    text      refused               target               overwritten

Missing folders above a target are made.
"""

import hashlib
import io
import os
from pathlib import Path, PurePosixPath

import pulumi

from localcloud.plugins.command.sftp import Sftp
from localcloud.plugins.resource import PluginError

Source = pulumi.FileAsset | pulumi.StringAsset | pulumi.FileArchive


def content_hash(source: Source) -> str:
    """SHA-256 of the content: text, file, or names and contents of a folder."""
    if isinstance(source, pulumi.StringAsset):
        return hashlib.sha256(source.text.encode()).hexdigest()
    root, digest = Path(source.path), hashlib.sha256()
    for path in [root] if root.is_file() else _below_folder(root):
        name = path.relative_to(root).as_posix().encode()
        digest.update(len(name).to_bytes(8) + name)
        if path.is_file():
            with path.open("rb") as stream:
                digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()


def upload(sftp: Sftp, source: Source, target: str) -> None:
    """Copy. Raises PluginError."""
    if isinstance(source, pulumi.StringAsset):
        _text(sftp, source.text, target)
    elif os.path.isdir(source.path):
        _folder(sftp, source.path, target)
    else:
        _file(sftp, source.path, target)


def _text(sftp: Sftp, text: str, target: str) -> None:
    if sftp.is_folder(target):
        raise PluginError(
            f"remote path {target} is a directory; when using a text asset, remotePath must be a file path"
        )
    sftp.make_folders(_parent(target))
    sftp.write(target, io.BytesIO(text.encode()))


def _file(sftp: Sftp, source: str, target: str) -> None:
    there = sftp.is_folder(target)
    if there:
        target = _below(target, Path(source).name)
    elif there is None:
        sftp.make_folders(_parent(target))
    _send(sftp, Path(source), target)


def _folder(sftp: Sftp, source: str, target: str) -> None:
    sftp.make_folders(target)
    if not source.endswith("/"):
        target = _below(target, Path(source).name)
        sftp.make_folders(target)
    for path in _below_folder(Path(source)):
        to = _below(target, path.relative_to(source).as_posix())
        if path.is_dir():
            sftp.make_folders(to)
        else:
            _send(sftp, path, to)


def _below_folder(root: Path) -> list[Path]:
    """Everything below a folder, a folder before what it holds."""
    return sorted(root.rglob("*"))


def _send(sftp: Sftp, source: Path, target: str) -> None:
    with source.open("rb") as content:
        sftp.write(target, content)


def _parent(path: str) -> str:
    return str(PurePosixPath(path).parent)


def _below(folder: str, name: str) -> str:
    return str(PurePosixPath(folder) / name)
