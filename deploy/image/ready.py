"""`python -I -S deploy/image/ready.py PORT [--first]`: 0 when a process of this container says that it can serve.

With --first, once it has said so it is only asked whether it lives: Swarm ends what is unhealthy, and a process that waits for
its database is not helped by that. What it says is printed, for `docker inspect`. Every container asks every few seconds, so no
more is imported than it takes.
"""

import os
import socket
import sys

SERVED = "/tmp/served-{port}"  # noqa: S108 (in memory, of this container alone) # nosec B108


def main(port: int, *, first: bool = False) -> int:
    mark = SERVED.format(port=port)
    path = "/healthz" if first and os.path.exists(mark) else "/readyz"  # noqa: PTH110 (pathlib costs more than all of this)
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=4) as line:
            line.sendall(f"GET {path} HTTP/1.0\r\n\r\n".encode())
            head, _, body = b"".join(iter(lambda: line.recv(4096), b"")).partition(b"\r\n\r\n")
    except OSError as error:
        sys.stdout.write(f"{error}\n")
        return 1
    sys.stdout.write(body.decode("utf-8", "replace"))
    ready = head.split()[1:2] == [b"200"]
    if ready and first:
        os.close(os.open(mark, os.O_CREAT))
    return 0 if ready else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), first="--first" in sys.argv[2:]))
