"""The one way out of a closed network: an HTTP proxy, as a town hall has it."""

import asyncio
import threading
from collections.abc import Generator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

GIVEN_UP_SECONDS = 30


@contextmanager
def forward_proxy(host: str) -> Generator[tuple[str, set[str]]]:
    """Its address, and the names that were asked of it so far."""
    asked: set[str] = set()
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def listen() -> asyncio.Server:
        return await asyncio.start_server(lambda reader, writer: _serve(reader, writer, asked), host, 0)

    server = asyncio.run_coroutine_threadsafe(listen(), loop).result(GIVEN_UP_SECONDS)
    try:
        yield f"http://{host}:{server.sockets[0].getsockname()[1]}", asked
    finally:
        server.close()
        asyncio.run_coroutine_threadsafe(_end_all(), loop).result(GIVEN_UP_SECONDS)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(GIVEN_UP_SECONDS)
        loop.close()


async def _end_all() -> None:
    """Stops serving."""
    serving = asyncio.all_tasks() - {asyncio.current_task()}
    for one in serving:
        one.cancel()
    await asyncio.gather(*serving, return_exceptions=True)


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: set[str]) -> None:
    with suppress(OSError, asyncio.IncompleteReadError):
        head = await reader.readuntil(b"\r\n\r\n")
        first, _, rest = head.partition(b"\r\n")
        method, target, version = first.decode("latin-1").split()
        tunnel = method == "CONNECT"
        place = urlsplit(f"//{target}" if tunnel else target)
        asked.add(place.hostname or "")
        far_reader, far_writer = await asyncio.open_connection(place.hostname, place.port or 80)
        if tunnel:
            writer.write(f"{version} 200 OK\r\n\r\n".encode())
        else:  # one question a connection, so that each names the server it is for
            path = (place.path or "/") + (f"?{place.query}" if place.query else "")
            kept = [line for line in rest.split(b"\r\n") if not line.lower().startswith((b"connection:", b"proxy-"))]
            far_writer.write(f"{method} {path} {version}\r\nConnection: close\r\n".encode() + b"\r\n".join(kept))
        await asyncio.gather(_carry(reader, far_writer), _carry(far_reader, writer))
        far_writer.close()
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


async def _carry(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await source.read(65536):
            sink.write(piece)
            await sink.drain()
    with suppress(OSError):
        sink.write_eof()
