"""`python -m deploy.image.partner_exit PORT HOSTS`: the one way out of accounts, to port 443 of these hosts and nowhere else.

An HTTP proxy that only tunnels (CONNECT): TLS is from accounts to the partner, and nothing is read here. HOSTS: names with commas
between them; none: nothing is let out. `GET /readyz`, or `/healthz`, says that it serves.
"""

import asyncio
import sys
from collections.abc import Collection
from contextlib import suppress

HTTPS = 443
LONGEST_HEAD = 4096
CONNECT_SECONDS = 2.0
TUNNEL_SECONDS = 10.0
PIECE = 65536


class Exit:
    """`ports`: those that may be reached."""

    def __init__(self, hosts: Collection[str], ports: Collection[int] = (HTTPS,)) -> None:
        self._hosts = frozenset(host.strip().lower() for host in hosts if host.strip())
        self._ports = frozenset(ports)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One question a connection."""
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError):
            async with asyncio.timeout(TUNNEL_SECONDS):
                head = await reader.readuntil(b"\r\n\r\n")
                await self._answer(head.split(b"\r\n", 1)[0].decode("latin-1").split(), reader, writer)
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()

    async def _answer(self, words: list[str], reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        match words:
            case ["GET", "/readyz" | "/healthz", _]:
                writer.write(b"HTTP/1.0 200 OK\r\n\r\nready")
            case ["CONNECT", place, _] if (found := self._allowed(place)) is not None:
                await _tunnel(*found, reader, writer)
            case _:
                writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()

    def _allowed(self, place: str) -> tuple[str, int] | None:
        host, _, port = place.rpartition(":")
        allowed = host.lower() in self._hosts and port.isascii() and port.isdigit() and int(port) in self._ports
        return (host, int(port)) if allowed else None


async def _tunnel(host: str, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            far_reader, far_writer = await asyncio.open_connection(host, port)
    except (OSError, TimeoutError):
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
        return
    try:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        await asyncio.gather(_carry(reader, far_writer), _carry(far_reader, writer))
    finally:
        far_writer.close()


async def _carry(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await source.read(PIECE):
            sink.write(piece)
            await sink.drain()
    with suppress(OSError, NotImplementedError):
        sink.write_eof()


async def main(port: int, hosts: Collection[str]) -> None:
    server = await asyncio.start_server(Exit(hosts).serve, "0.0.0.0", port, limit=LONGEST_HEAD)  # noqa: S104 (its own container) # nosec B104
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        asyncio.run(main(int(sys.argv[1]), sys.argv[2].split(",")))
