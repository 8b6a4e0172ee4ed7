"""Free ports on the loopback address.

They stay below 22000: above 32768 an outgoing connection of any program may hold one at the wrong moment. The object
store adds 10000 to its own for its inner protocol, and no option changes that everywhere: its own are the lower ones.
"""

import fcntl
import os
import socket
import tempfile
import zlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from deploy.command.notes import is_number
from deploy.command.trouble import Trouble
from services.chassis.setting_forms import LARGEST_PORT

LOWEST, HIGHEST = 15000, 21999
INNER_PROTOCOL_OFFSET = 10000
LOWEST_OUTER, HIGHEST_OUTER = 10000, HIGHEST - INNER_PROTOCOL_OFFSET


def is_ours(host: str) -> bool:
    """True where this machine can listen on that address."""
    return _bind(0, host) is None


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """True when nothing listens there now; a connection just closed does not count."""
    return _bind(port, host) is None


def is_allowed(port: int) -> bool:
    """False where this account may not listen there."""
    return not isinstance(_bind(port, "127.0.0.1"), PermissionError | OverflowError)


def _bind(port: int, host: str) -> Exception | None:
    """Why one cannot listen there, None where one can."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            return error
    return None


@cache
def _claims() -> int | None:
    """A file in which each process of this account locks the bytes whose places are the ports that it chose. None where there
    can be none: a process that loses a race for a port starts again on others."""
    with suppress(OSError):
        path = Path(tempfile.gettempdir()) / f"parvis-ports-{os.getuid()}"
        return os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    return None


_claimed: dict[int, Path] = {}


def claim(port: int, home: Path) -> bool:
    """Keeps a port for that folder as long as this process lives; False where it was chosen for another one.

    Between the choice of a port and the moment at which a program listens there, it looks free to everyone.
    """
    if _claimed.get(port, home) != home:
        return False
    claims = _claims()
    try:
        if claims is not None:
            fcntl.lockf(claims, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
    except OSError as error:
        if isinstance(error, BlockingIOError | PermissionError):  # as one system or another says that it is taken
            return False
    _claimed[port] = home
    return True


def kept(found: Any) -> dict[str, int]:
    """The ports that a file names; what is not a port is left out, for another one is as good."""
    if not isinstance(found, dict):
        return {}
    return {str(name): port for name, port in found.items() if is_number(port, LARGEST_PORT)}


def choose(
    names: Iterable[str], *, home: Path, known: Mapping[str, int] | None = None, with_inner: Iterable[str] = ()
) -> dict[str, int]:
    """A free port for each name: the `known` one while it is free, else the next free one.

    Two instances begin their search at different places (a number drawn from their folder's name), so that they do
    not race for the same ports. Names in `with_inner` need the port 10000 above as well.
    """
    known = known or {}
    inner = set(with_inner)
    drawn = zlib.crc32(str(home.resolve()).encode())
    chosen: dict[str, int] = {}
    taken: set[int] = set()

    def take(name: str, port: int) -> bool:
        both = {port, port + INNER_PROTOCOL_OFFSET} if name in inner else {port}
        if max(both) > HIGHEST or both & taken or not all(map(is_free, both)):
            return False
        if not all(claim(one, home) for one in both):
            return False
        chosen[name] = port
        taken.update(both)
        return True

    names = list(names)
    for name in names:  # first, lest a new name take what another one held
        if name in known:
            take(name, known[name])
    for name in names:
        if name in chosen:
            continue
        lowest, highest = (LOWEST_OUTER, HIGHEST_OUTER) if name in inner else (LOWEST, HIGHEST)
        places = highest - lowest + 1
        if not any(take(name, lowest + (drawn + step) % places) for step in range(places)):
            raise Trouble(f"Aucun port libre entre {lowest} et {highest} : arrêtez d’autres programmes, puis relancez.")
    return chosen
