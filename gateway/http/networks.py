"""The network that a visitor comes from, by which every limit and quota of an address counts."""

import ipaddress
from functools import lru_cache

from flask import request

ONE_HOME = 64
"""How many bits of an IPv6 address name a home or an office: the rest, each device changes as it likes."""


def visitors_network() -> str:
    """Of who asks the present HTTP request."""
    return network_of(request.remote_addr or "")


@lru_cache(maxsize=1024)
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
