"""The way out of accounts in a deployment: to the partners' hosts that are named, and nowhere else."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from deploy.image.partner_exit import Exit


async def asked(line: str, hosts: tuple[str, ...] = ("127.0.0.1",)) -> bytes:
    """What is answered to that first line, and to « bonjour » behind it; a site that answers in capitals is the one allowed port."""

    async def shout(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write((await reader.read(100)).upper())
        writer.close()
        await writer.wait_closed()

    site = await asyncio.start_server(shout, "127.0.0.1", 0)
    port = site.sockets[0].getsockname()[1]
    way_out = await asyncio.start_server(Exit(hosts, (port,)).serve, "127.0.0.1", 0)
    async with site, way_out:
        reader, writer = await asyncio.open_connection("127.0.0.1", way_out.sockets[0].getsockname()[1])
        writer.write(f"{line.format(port=port)} HTTP/1.1\r\nHost: partner\r\n\r\nbonjour".encode())
        writer.write_eof()
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
        await asyncio.gather(*(asyncio.all_tasks() - {asyncio.current_task()}), return_exceptions=True)
        await asyncio.sleep(0)  # what was closed lets go of its socket
        return answer


def answered(answer: Coroutine[Any, Any, bytes]) -> bytes:
    """In a thread of its own: the browser's driver may have a loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, answer).result()


def test_a_named_partner_is_reached_through_the_exit() -> None:
    answer = answered(asked("CONNECT 127.0.0.1:{port}"))
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b"BONJOUR")


@pytest.mark.parametrize(
    "line",
    [
        "CONNECT ailleurs.example:{port}",
        "CONNECT 127.0.0.1:22",
        "GET http://127.0.0.1:{port}/",
        "CONNECT 127.0.0.1",
        "x",
    ],
)
def test_no_other_host_is_reached_through_the_exit(line: str) -> None:
    assert answered(asked(line)).startswith(b"HTTP/1.1 403")


def test_without_a_host_the_exit_lets_nothing_out_and_is_ready() -> None:
    assert answered(asked("CONNECT 127.0.0.1:{port}", ("",))).startswith(b"HTTP/1.1 403")
    assert answered(asked("GET /readyz", ("",))).startswith(b"HTTP/1.0 200")
