"""Whose places are counted together: the mailbox, the browser or account, and the network address. Pure.

Only keyed hashes leave this module. An agent at the counter files for many, from one browser and one office: what counts
then is the mailbox of each person alone.
"""

import ipaddress
from dataclasses import dataclass

from services.requests import blind_index

FILES_FOR_MANY = frozenset({"agent", "system", "partner"})
ONE_HOME = 64
"""How many bits of an IPv6 address name a home or an office: the rest, each device changes as it likes."""


@dataclass(frozen=True, kw_only=True)
class Holders:
    """`own` are one person's, `address` a whole household's or office's; both as keyed hashes."""

    own: tuple[str, ...]
    address: str | None = None


def of_filing(key: bytes, quota: str, *, email: str, filer: str, kind: str, address: str = "") -> Holders:
    """Who takes a place of that quota. An address is hashed with the quota's name: elsewhere it is another hash."""
    mailbox = blind_index.holder(key, "email", mailbox_of(email))
    if kind in FILES_FOR_MANY:
        return Holders(own=(mailbox,))
    network = network_of(address)
    return Holders(
        own=(mailbox, blind_index.holder(key, "filer", filer)),
        address=blind_index.holder(key, f"address {quota}", network) if network else None,
    )


def mailbox_of(email: str) -> str:
    """The mailbox in which `name+tag@domain` arrives: without its tag."""
    name, at, domain = email.strip().lower().rpartition("@")
    return f"{name.partition('+')[0] or name}{at}{domain}"


def network_of(address: str) -> str:
    """An IPv4 address, the /64 of an IPv6 one; empty when it is neither."""
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(known, ipaddress.IPv4Address):
        return str(known)
    if known.ipv4_mapped:
        return str(known.ipv4_mapped)
    return str(ipaddress.ip_network((known, ONE_HOME), strict=False))
