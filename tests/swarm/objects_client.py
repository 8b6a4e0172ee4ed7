"""Runs in a container of the portal, with the client of the documents service. Prints what it did, a JSON object a line.

`write N`: so many objects. `through SECONDS`: writes and reads for so long. `read`: the keys that it is given, each to its end, and again
where it was refused, as a person would.
"""

import json
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path

from services.chassis.errors import Unavailable
from services.chassis.settings import Settings
from services.documents.object_store.objects import Objects

SIZE = 50_000
AGAIN = 5
objects = Objects(Settings.load())
source, target = Path("/tmp/written"), Path("/tmp/read")


def done(act: str, key: str, does: Callable[[], bool]) -> bool:
    at, error = time.time(), ""
    try:
        error = "" if does() else "missing"
    except Unavailable as why:
        error = type(why).__name__
    said = {"act": act, "key": key, "at": at, "seconds": time.time() - at, "error": error}
    print(json.dumps(said), flush=True)  # noqa: T201 (to whoever started it)
    return not error


def write() -> str | None:
    key = uuid.uuid4().hex
    source.write_bytes(key.encode() * (SIZE // len(key)))
    return key if done("write", key, lambda: objects.keep(key, source, "application/pdf") is None) else None


def read(key: str) -> bool:
    return done("read", key, lambda: objects.fetch_kept(key, target) and target.read_bytes().startswith(key.encode()))


match sys.argv[1:]:
    case ["write", count]:
        for _ in range(int(count)):
            write()
    case ["through", seconds]:
        until = time.monotonic() + float(seconds)
        kept: list[str] = []
        while time.monotonic() < until:
            if key := write():
                kept.append(key)
            if kept:
                read(kept[len(kept) // 2])
            time.sleep(0.1)
    case _:
        for line in sys.stdin:
            any(read(line.strip()) for _ in range(AGAIN))
