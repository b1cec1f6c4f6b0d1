"""As much of the SSH File Transfer Protocol, version 3 (draft-ietf-secsh-filexfer-02), as an upload needs."""

import stat
import struct
from pathlib import PurePosixPath
from typing import IO, Any

from localcloud.plugins.resource import PluginError

INIT, VERSION, OPEN, CLOSE, WRITE, MKDIR, STAT, STATUS, HANDLE, ATTRS = 1, 2, 3, 4, 6, 14, 17, 101, 102, 105
OK, NO_SUCH_FILE = 0, 2
FOR_WRITING = 0x02 | 0x08 | 0x10
"""Write, create, truncate."""
HAS_SIZE, HAS_OWNER, HAS_PERMISSIONS = 1, 2, 4
CHUNK = 32768
"""What every server takes in one packet (section 3 of the draft)."""


class SftpError(PluginError):
    """The server refused; `code` is its status."""

    def __init__(self, text: str, code: int) -> None:
        super().__init__(text)
        self.code = code


class Sftp:
    """A client on the two pipes of the server's `sftp` subsystem, one request at a time."""

    def __init__(self, to_server: IO[bytes], from_server: IO[bytes]) -> None:
        self._to, self._from, self._number = to_server, from_server, 0
        self._send(struct.pack(">BI", INIT, 3))
        if self._receive()[0] != VERSION:
            raise PluginError("the host's SFTP server does not answer as one")

    def is_folder(self, path: str) -> bool | None:
        """Whether `path` is a folder; None if there is nothing."""
        try:
            body = self._ask(STAT, _text(path), ATTRS, f"failed to stat remote path {path}")
        except SftpError as error:
            if error.code == NO_SUCH_FILE:
                return None
            raise
        flags, at = struct.unpack(">I", body[:4])[0], 4
        at += 8 if flags & HAS_SIZE else 0
        at += 8 if flags & HAS_OWNER else 0
        if not flags & HAS_PERMISSIONS:
            raise PluginError(f"the host's SFTP server does not tell what {path} is")
        return stat.S_ISDIR(struct.unpack(">I", body[at : at + 4])[0])

    def make_folder(self, path: str) -> None:
        """Make a folder; its parent must exist."""
        self._ask(MKDIR, _text(path) + struct.pack(">I", 0), STATUS, f"failed to create remote directory {path}")

    def make_folders(self, path: str) -> None:
        """Make a folder and those above it, as far as they are missing."""
        there = self.is_folder(path)
        if there is False:
            raise PluginError(f"remote path {path} exists but is not a directory")
        if there is None:
            self.make_folders(str(PurePosixPath(path).parent))
            self.make_folder(path)

    def write(self, path: str, content: IO[bytes]) -> None:
        """Write a file, over whatever is there."""
        flags = struct.pack(">II", FOR_WRITING, 0)
        handle = self._ask(OPEN, _text(path) + flags, HANDLE, f"failed to create remote file {path}")
        offset = 0
        while chunk := content.read(CHUNK):
            body = handle + struct.pack(">Q", offset) + _bytes(chunk)
            self._ask(WRITE, body, STATUS, f"failed to write to remote path {path}")
            offset += len(chunk)
        self._ask(CLOSE, handle, STATUS, f"failed to write to remote path {path}")

    def _ask(self, kind: int, body: bytes, expected: int, failure: str) -> bytes:
        self._number += 1
        self._send(struct.pack(">BI", kind, self._number) + body)
        answered, content = self._receive()
        number, rest = struct.unpack(">I", content[:4])[0], content[4:]
        if number != self._number:
            raise PluginError(f"{failure}: the server answered another request")
        if answered == STATUS:
            code = struct.unpack(">I", rest[:4])[0]
            if code != OK or expected != STATUS:
                length = struct.unpack(">I", rest[4:8])[0]
                raise SftpError(f"{failure}: {rest[8 : 8 + length].decode(errors='replace')}", code)
        elif answered != expected:
            raise PluginError(f"{failure}: the server gave an answer of kind {answered}")
        return rest

    def _send(self, packet: bytes) -> None:
        try:
            self._to.write(_bytes(packet))
            self._to.flush()
        except BrokenPipeError as error:
            raise PluginError("the host closed the file transfer: does its SSH server offer sftp?") from error

    def _receive(self) -> tuple[int, bytes]:
        packet = self._read(struct.unpack(">I", self._read(4))[0])
        return packet[0], packet[1:]

    def _read(self, size: int) -> bytes:
        data = self._from.read(size)
        if len(data) < size:
            raise PluginError("the host closed the file transfer: does its SSH server offer sftp?")
        return data


def _bytes(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def _text(value: Any) -> bytes:
    return _bytes(str(value).encode())
