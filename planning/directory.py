"""Names in a directory: its root, its LDAPS endpoint, and who may log in."""

from collections.abc import Collection


def base(domain_name: str) -> str:
    """The distinguished name of a domain's root (RFC 2247): `dc=hpc,dc=internal`."""
    return ",".join(f"dc={label}" for label in domain_name.split("."))


def bind_dn(given: str) -> str:
    """A distinguished name with its first attribute in lower case: ParallelCluster looks for `cn` in it (3.16)."""
    attribute, _, rest = given.partition("=")
    return f"{attribute.lower()}={rest}"


def ldaps_name(domain_name: str, given: str | None) -> str:
    """Where nodes reach an endpoint that the platform makes."""
    return given or f"ldaps.{domain_name}"


def access_filter(groups: Collection[str], container: str) -> str | None:
    """The LDAP filter (RFC 4515) of direct members of any of these groups; None without groups, which lets everybody in.

    A group without a distinguished name of its own lies in the container.
    """
    parts = [f"(memberOf={_escaped(group if '=' in group else f'cn={group},{container}')})" for group in groups]
    if len(parts) < 2:
        return parts[0] if parts else None
    return f"(|{''.join(parts)})"


def _escaped(text: str) -> str:
    """A value in a filter (RFC 4515, section 3)."""
    for sign in "\\*()\0":
        text = text.replace(sign, f"\\{ord(sign):02x}")
    return text
