"""Free ports on the loopback address.

They stay below 22000: above 32768 an outgoing connection of any program may hold one at the wrong moment, and the
object store adds 10000 to its own for its inner protocol.
"""

from __future__ import annotations

import socket
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from services.chassis.setting_forms import LARGEST_PORT

LOWEST, HIGHEST = 15000, 21999
INNER_PROTOCOL_OFFSET = 10000


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """True when nobody listens there now; a connection just closed does not count."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def is_allowed(port: int, host: str = "127.0.0.1") -> bool:
    """False where this account may not listen there, whoever does."""
    with socket.socket() as probe:
        try:
            probe.bind((host, port))
        except (PermissionError, OverflowError):
            return False
        except OSError:
            return True
    return True


def kept(found: Any) -> dict[str, int]:
    """The ports that a file names; what is none is left out, for another one is as good."""
    if not isinstance(found, dict):
        return {}
    return {
        str(name): port
        for name, port in found.items()
        if isinstance(port, int) and not isinstance(port, bool) and 0 < port <= LARGEST_PORT
    }


def choose(
    names: Iterable[str], *, home: Path, known: Mapping[str, int] | None = None, with_inner: Iterable[str] = ()
) -> dict[str, int]:
    """A free port for each name: the `known` one while it is free, else the next free one.

    Two instances begin their search at different places (a number drawn from their folder's name), so that they do
    not race for the same ports. Names in `with_inner` need the port 10000 above as well.
    """
    known = known or {}
    inner = set(with_inner)
    start = LOWEST + zlib.crc32(str(home.resolve()).encode()) % (HIGHEST - LOWEST)
    chosen: dict[str, int] = {}

    def fits(port: int, name: str) -> bool:
        return (
            port not in chosen.values()
            and is_free(port)
            and (name not in inner or is_free(port + INNER_PROTOCOL_OFFSET))
        )

    names = list(names)
    for name in names:  # first, lest a new name take what another one held
        if name in known and fits(known[name], name):
            chosen[name] = known[name]
    candidate = start
    for name in names:
        if name in chosen:
            continue
        while not fits(candidate, name):
            candidate = candidate + 1 if candidate < HIGHEST else LOWEST
        chosen[name] = candidate
    return chosen
