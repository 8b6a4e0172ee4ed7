"""A process of ours finds a server again that came back under another address, and goes on while it asks for it."""

import subprocess
import sys

# A system whose resolver blocks until other work of the process has had its turn, and gives another address each time.
ASK_THREE_TIMES = """
import _socket
from itertools import count

numbers, real = count(1), _socket.getaddrinfo

def of_the_system(host, port, family=0, type=0, proto=0, flags=0):
    if flags & _socket.AI_NUMERICHOST:
        return real(host, port, family, type, proto, flags)
    went_on = turn.wait(20)
    turn.clear()
    return [(_socket.AF_INET, _socket.SOCK_STREAM, 6, "", (f"127.0.0.{next(numbers)}" if went_on else "blocked", port))]

_socket.getaddrinfo = of_the_system

from services.chassis.process import patched
import eventlet, socket
from eventlet.patcher import original

turn = original("threading").Event()
server = socket.create_server(("0.0.0.0", 0))
port = server.getsockname()[1]

def ask():
    eventlet.spawn_n(turn.set)
    return socket.getaddrinfo("postgres.example", port)[0][4][0]

addresses = [ask(), ask()]
eventlet.spawn_n(turn.set)
print([*addresses, socket.create_connection(("postgres.example", port)).getpeername()[0]])
"""


def test_a_name_is_asked_anew_each_time_while_the_process_goes_on() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ASK_THREE_TIMES], capture_output=True, text=True, timeout=60, check=False
    )

    assert done.stdout.strip() == "['127.0.0.1', '127.0.0.2', '127.0.0.3']", done.stderr
