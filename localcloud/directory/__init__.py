"""The local cloud's directory: a real Samba Active Directory domain controller on a loopback address of its own."""

from localcloud.directory.layout import DirectoryInfo
from localcloud.directory.service import info, remove, start, stop

__all__ = ["DirectoryInfo", "info", "remove", "start", "stop"]
