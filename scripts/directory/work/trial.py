"""The passwords that a run set, tried on the controllers that took them."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from ..faults import Unreachable
from ..link.kerberos import Kerberos
from ..passwords import trying
from ..wanted.checks import Target
from .share import Share


@dataclass(frozen=True)
class Trial:
    """`passwords`: name -> password of those that are tried, by LDAPS where the authority is known, else by a Kerberos ticket."""

    target: Target
    kerberos: Kerberos
    passwords: dict[str, str] = field(repr=False)

    def of(self, shares: Sequence[Share]) -> dict[str, str]:
        """Name -> reason of those that did not open their account. All controllers at once."""
        with ThreadPoolExecutor(len(shares)) as pool:
            refused = list(pool.map(self._of_share, shares))
        return {name: why for some in refused for name, why in some.items()}

    def _of_share(self, share: Share) -> dict[str, str]:
        tried = {name: password for name, password in sorted(self.passwords.items()) if share.place.has(name)}
        if not tried:
            return {}
        server, target = share.server, self.target
        try:
            if target.ca_file:
                return trying.by_ldaps(server.address, server.host, target.ca_file, target.domain, tried)
            return trying.by_ticket(self.kerberos, server.address, tried)
        except Unreachable as error:
            return dict.fromkeys(tried, f"made, but its password could not be tried: {error}")
