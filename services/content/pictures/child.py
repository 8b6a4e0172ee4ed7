"""What is made of pictures: the child process that `drawing.py` starts for those of one import.

A line of the standard input is a picture in base64; the line that answers it is null where it cannot be drawn, else its sizes.
"""

import base64
import json
import math
import resource
import sys

from services.content.pictures import scaling

MAX_MEMORY_BYTES = 900 * 1_048_576
MAX_CPU_SECONDS = 10
"""Of each picture."""


def made_of(data: bytes, *, draw: bool) -> list[tuple[int, int, str | None]] | None:
    """Width, height and bytes of each size; none of them where it is only looked whether they could be made."""
    try:
        if not scaling.can_be_drawn(data):
            return None
        sizes = scaling.sizes(data) if draw else []
    except MemoryError:
        return None
    return [(one.width, one.height, base64.b64encode(one.data).decode() if one.data else None) for one in sizes]


def main(draw: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for line in sys.stdin.buffer:
        used = resource.getrusage(resource.RUSAGE_SELF)
        seconds = math.ceil(used.ru_utime + used.ru_stime) + MAX_CPU_SECONDS
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))
        sys.stdout.write(f"{json.dumps(made_of(base64.b64decode(line), draw=draw == 'draw'))}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
