"""`python -I -S deploy/image/ready.py PORT`: 0 when a process of this container says that it can serve.

What it says is printed, for `docker inspect`. Every container asks every few seconds, so no more is imported than it takes.
"""

import socket
import sys


def main(port: int) -> int:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=4) as line:
            line.sendall(b"GET /readyz HTTP/1.0\r\n\r\n")
            head, _, body = b"".join(iter(lambda: line.recv(4096), b"")).partition(b"\r\n\r\n")
    except OSError as error:
        sys.stdout.write(f"{error}\n")
        return 1
    sys.stdout.write(body.decode("utf-8", "replace"))
    return 0 if head.split()[1:2] == [b"200"] else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
