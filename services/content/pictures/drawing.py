"""Draws the pictures of an import in a child process of its own, so that none can freeze, exhaust or take over the service.

The child gets no path, no secret and no environment; memory and CPU time are bounded by the kernel (`child.main`), the wait
by this module. It is done before the transaction that keeps what was made: none is held meanwhile.
"""

import base64
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from threading import BoundedSemaphore
from typing import cast

from services.chassis.event_store.db import Connection
from services.content.pictures import picture_files, rows
from services.content.pictures.scaling import Size

WAIT_SECONDS = 12.0
"""For each picture."""
CHILDREN = BoundedSemaphore(1)
PROJECT = Path(__file__).parents[__name__.count(".")]  # in which the package `services` lies

Drawn = Mapping[str, tuple[Size, ...] | None]
"""By name; None for one that cannot be drawn. Those that are left out are kept in every size already, or wrong before that."""


def new(conn: Connection, given: Mapping[str, str]) -> dict[str, bytes]:
    """The pictures of which no sizes are kept yet. `given`: in base64, by name; what is no picture is left out."""
    possible = {name: data for name, content in given.items() if (data := picture_files.possible(name, content))}
    known = rows.scaled(conn, [rows.digest_of(data) for data in possible.values()])
    return {name: data for name, data in possible.items() if rows.digest_of(data) not in known}


def drawn(pictures: Mapping[str, bytes], *, draw: bool) -> Drawn:
    """What is made of them; without `draw`, only whether it could be.

    The one at which the child ended cannot be drawn, and those after it are not looked at: the import is refused.
    """
    if not pictures:
        return {}
    given = b"".join(base64.b64encode(data) + b"\n" for data in pictures.values())
    command = [sys.executable, "-m", "services.content.pictures.child", "draw" if draw else "look"]
    with CHILDREN:
        try:
            said = subprocess.run(  # noqa: S603  a fixed program
                command,
                cwd=PROJECT,
                env={},
                input=given,
                capture_output=True,
                timeout=WAIT_SECONDS * len(pictures),
                check=False,
            ).stdout
        except subprocess.TimeoutExpired as late:
            said = late.stdout or b""
    lines = [line for line in said.splitlines(keepends=True) if line.endswith(b"\n")]
    found = {name: _sizes(line) for name, line in zip(pictures, lines, strict=False)}
    return found | dict.fromkeys([*pictures][len(lines) :][:1])


def _sizes(line: bytes) -> tuple[Size, ...] | None:
    sizes = cast("list[tuple[int, int, str | None]] | None", json.loads(line))  # which child.py writes
    if sizes is None:
        return None
    return tuple(Size(width=w, height=h, data=base64.b64decode(data) if data else None) for w, h, data in sizes)
