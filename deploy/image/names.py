"""`python -I -S deploy/image/names.py NAME…`: prints MACHINE NAME for each name that stays unknown for two minutes.

A container that has just started becomes known a moment later, and engines that lost sight of each other meet again within a minute
and a half: neither is printed.
"""

import socket
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

PATIENCE_SECONDS = 120.0
PAUSE_SECONDS = 1.0
AT_A_TIME = 8
"""Look-ups: an engine asks the town's name server for a name that it does not know, which may be slow."""


def main(names: Sequence[str]) -> int:
    ends = time.monotonic() + PATIENCE_SECONDS
    with ThreadPoolExecutor(AT_A_TIME) as look_ups:
        while names := [name for name, known in zip(names, look_ups.map(is_known, names), strict=True) if not known]:
            if time.monotonic() > ends:
                break
            time.sleep(PAUSE_SECONDS)
    for name in names:
        sys.stdout.write(f"{socket.gethostname()} {name}\n")
    return 0


def is_known(name: str) -> bool:
    """With a dot at the end, so that no domain of the town's is tried after it."""
    try:
        socket.getaddrinfo(f"{name}.", None, family=socket.AF_INET)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
