"""Work with the rights of the job's user, in the middle of root's script: for whatever the user may have prepared."""

from __future__ import annotations

import os
import pwd


class AsUser:
    """Within it, files are opened and made with the user's rights. Effective ids only: the user can neither signal nor trace us."""

    def __init__(self, uid: int, gid: int) -> None:
        self._ids = uid, gid
        try:
            self._groups = os.getgrouplist(pwd.getpwuid(uid).pw_name, gid)
        except (KeyError, OSError):
            self._groups = [gid]

    def __enter__(self) -> None:
        uid, gid = self._ids
        self._before = os.getgroups(), os.getegid()
        os.setgroups(self._groups)
        os.setegid(gid)
        os.seteuid(uid)

    def __exit__(self, *_: object) -> None:
        groups, gid = self._before
        os.seteuid(0)
        os.setegid(gid)
        os.setgroups(groups)
