"""Cables between our processes and their servers, which can fall silent: `python -m tests.servers.cables NAME:HOST:PORT:HOST:PORT …`.

A silent cable keeps every connection open and passes nothing: no reset, no refusal, only silence, in both directions; who
connects meanwhile is let in and gets no answer. What was sent during the silence is lost, so the connections that lost
something are reset when it ends, as TCP does after a long partition.

`--within=PID`: the servers are those that this process reaches, in its network namespace; the ports are this machine's own.
"""

import asyncio
import ctypes
import functools
import os
import subprocess
import sys
from pathlib import Path

from deploy.command.console import bound_to_us

ROOT = Path(__file__).parents[2]
HERE = "127.0.0.1"
WITHIN = "--within="
NEW_NETWORK = 0x40000000  # CLONE_NEWNET
Place = int | tuple[str, int]
"""An end of a cable: a port of 127.0.0.1, or an address of this machine and a port."""


class Cable:
    """One listening port in front of one server."""

    def __init__(self, host: str, target: int) -> None:
        self.host, self.target = host, target
        self.silent = False
        self.hurt: set[asyncio.BaseTransport] = set()

    def silence(self) -> None:
        self.silent = True

    def heal(self) -> None:
        self.silent = False
        for transport in self.hurt:
            transport.abort()  # type: ignore[attr-defined]  # those of sockets can
        self.hurt.clear()


class End(asyncio.Protocol):
    """One side of a connection: what it receives is sent on by the other side."""

    transport: asyncio.Transport
    other: "End"

    def __init__(self, cable: Cable) -> None:
        self._cable = cable

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]  # that of a socket

    def data_received(self, data: bytes) -> None:
        if self._cable.silent:
            self._lost_something()
        else:
            self.other.transport.write(data)

    def pause_writing(self) -> None:
        self.other.transport.pause_reading()

    def resume_writing(self) -> None:
        self.other.transport.resume_reading()

    def eof_received(self) -> bool:
        """Not even the end of a connection passes in a silence: then this side stays open."""
        if self._cable.silent:
            self._lost_something()
        return self._cable.silent

    def connection_lost(self, exc: Exception | None) -> None:
        if self._cable.silent:
            self._lost_something()
        else:
            self.other.transport.close()

    def _lost_something(self) -> None:
        self._cable.hurt |= {self.transport, self.other.transport}


class Entrance(End):
    """The side that connects; the server's side is made once somebody does."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.other = self  # until there is another
        if self._cable.silent:
            self._cable.hurt.add(transport)
            return
        self.transport.pause_reading()
        self._connecting = asyncio.ensure_future(self._connect())

    async def _connect(self) -> None:
        try:
            loop = asyncio.get_running_loop()
            _, far = await loop.create_connection(self._far_end, self._cable.host, self._cable.target)
        except OSError:
            self.transport.abort()
            return
        self.other = far
        if self.transport.is_closing():
            far.transport.close()
        else:
            self.transport.resume_reading()

    def _far_end(self) -> End:
        end = End(self._cable)
        end.other = self
        return end


async def serve(cables: dict[str, tuple[str, int, str, int]], within: int | None) -> None:
    """Carries until its standard input ends; a line there is `silence NAME`, `heal NAME` or `turn NAME PORT`, answered when done."""
    opened: dict[str, Cable] = {}
    servers = []
    for name, (host, port, far, target) in cables.items():
        opened[name] = Cable(far, target)
        entrance = functools.partial(Entrance, opened[name])
        servers.append(await asyncio.get_running_loop().create_server(entrance, host, port))
    if within is not None:
        _enter(within)
    _say("ready")
    while line := await asyncio.to_thread(sys.stdin.readline):
        match line.split():
            case ["silence", name]:
                opened[name].silence()
            case ["heal", name]:
                opened[name].heal()
            case ["turn", name, port]:
                opened[name].target = int(port)
        _say("done")


def _enter(pid: int) -> None:
    """What connects from now on connects from where that process is; what listens stays where it is."""
    with Path(f"/proc/{pid}/ns/net").open("rb") as namespace:
        if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), NEW_NETWORK) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def _say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


class Cables:
    """The process that holds the cables, as the tests use it: `Cables(broker=(from, to))`."""

    def __init__(self, *, within: int | None = None, **cables: tuple[Place, Place]) -> None:
        self._arguments = [] if within is None else [f"{WITHIN}{within}"]
        self._arguments += [f"{name}:{_words(near)}:{_words(far)}" for name, (near, far) in cables.items()]

    def __enter__(self) -> "Cables":
        self._child = subprocess.Popen(
            bound_to_us([sys.executable, "-m", "tests.servers.cables", *self._arguments]),
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._answer() == "ready"
        return self

    def __exit__(self, *_: object) -> None:
        self._child.kill()
        self._child.communicate()

    def silence(self, name: str) -> None:
        self._order("silence", name)

    def heal(self, name: str) -> None:
        self._order("heal", name)

    def turn(self, name: str, target: int) -> None:
        """New connections are made to that port; those that are open stay where they are."""
        self._order("turn", name, str(target))

    def _order(self, *words: str) -> None:
        assert self._child.stdin is not None
        self._child.stdin.write(" ".join(words) + "\n")
        self._child.stdin.flush()
        assert self._answer() == "done"

    def _answer(self) -> str:
        assert self._child.stdout is not None
        return self._child.stdout.readline().strip()


def _words(place: Place) -> str:
    host, port = (HERE, place) if isinstance(place, int) else place
    return f"{host}:{port}"


def main() -> None:
    within = next((int(one.removeprefix(WITHIN)) for one in sys.argv[1:] if one.startswith(WITHIN)), None)
    parts = [one.split(":") for one in sys.argv[1:] if not one.startswith(WITHIN)]
    asyncio.run(serve({name: (host, int(port), far, int(target)) for name, host, port, far, target in parts}, within))


if __name__ == "__main__":
    main()
