"""Cables between our processes and their servers, which can fall silent: `python -m tests.faults.cables NAME:FROM:TO …`.

A silent cable keeps every connection open and passes nothing: no reset, no refusal, only silence, in both directions; whoever
connects meanwhile is let in and hears nothing. What was said during the silence is lost, so the connections that lost
something are reset when it ends, as TCP does after a long partition.
"""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
CHUNK = 65536


class Cable:
    """One listening port in front of one server."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._silent = False
        self._hurt: set[asyncio.StreamWriter] = set()

    def silence(self) -> None:
        self._silent = True

    def heal(self) -> None:
        self._silent = False
        for writer in self._hurt:
            writer.transport.abort()
        self._hurt.clear()

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until either side ends it."""
        if self._silent:
            self._hurt.add(writer)
            return
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            writer.transport.abort()
            return
        ends = (writer, far_writer)
        await asyncio.gather(self._carry(reader, far_writer, ends), self._carry(far_reader, writer, ends))

    async def _carry(
        self, source: asyncio.StreamReader, sink: asyncio.StreamWriter, ends: tuple[asyncio.StreamWriter, ...]
    ) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(CHUNK):
                if self._silent:
                    self._hurt.update(ends)
                    continue
                sink.write(data)
                await sink.drain()
        if self._silent:
            self._hurt.update(ends)  # not even the end of a connection is heard
            return
        for end in ends:
            end.close()


async def serve(cables: dict[str, tuple[int, int]]) -> None:
    """Carries until its standard input ends; a line there is `silence NAME` or `heal NAME`, answered when done."""
    opened: dict[str, Cable] = {}
    servers = []
    for name, (port, target) in cables.items():
        opened[name] = Cable(target)
        servers.append(await asyncio.start_server(opened[name].connected, "127.0.0.1", port))
    _say("ready")
    while line := await asyncio.to_thread(sys.stdin.readline):
        order, name = line.split()
        if order == "silence":
            opened[name].silence()
        else:
            opened[name].heal()
        _say("done")


def _say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


class Cables:
    """The process that holds the cables, as the tests use it: `Cables(broker=(from, to))`."""

    def __init__(self, **cables: tuple[int, int]) -> None:
        self._arguments = [f"{name}:{port}:{target}" for name, (port, target) in cables.items()]

    def __enter__(self) -> Cables:
        self._child = subprocess.Popen(
            ["setpriv", "--pdeathsig", "KILL", "--", sys.executable, "-m", "tests.faults.cables", *self._arguments],
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

    def _order(self, order: str, name: str) -> None:
        assert self._child.stdin is not None
        self._child.stdin.write(f"{order} {name}\n")
        self._child.stdin.flush()
        assert self._answer() == "done"

    def _answer(self) -> str:
        assert self._child.stdout is not None
        return self._child.stdout.readline().strip()


def main() -> None:
    parts = [argument.split(":") for argument in sys.argv[1:]]
    asyncio.run(serve({name: (int(port), int(target)) for name, port, target in parts}))


if __name__ == "__main__":
    main()
