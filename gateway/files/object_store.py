"""The two things that the gateway does with the object store, by addresses that documents signed: put and get.

It holds no credential of the store; an address is good for one object and a few minutes.
"""

from collections.abc import Iterator
from typing import BinaryIO

import urllib3

from services.chassis.errors import Unavailable

CHUNK_BYTES = 64 * 1024
TAKES_SECONDS, ANSWER_SECONDS = 2.0, 4.0
"""For a connection and for each part of what is sent; for the answer and each part of it."""
SHORTEST_SECONDS = 0.5
"""What a store gets in any case, which answers in some milliseconds."""


class StoreAway(Unavailable):
    code = "file_store_away"
    message = "Le fichier n’a pas pu être lu ou enregistré. Vos réponses sont gardées : réessayez dans un moment."


_pool = urllib3.PoolManager(maxsize=32, retries=False)


def put(address: str, stream: BinaryIO, size: int, left: float) -> None:
    """Streams exactly `size` bytes to the address; raises StoreAway when they are not all there. `left`: the seconds in which the present
    HTTP request is to be answered; a silent store is waited for no longer, and no longer than ANSWER_SECONDS."""
    headers = {"Content-Length": str(size), "Content-Type": "application/octet-stream"}
    try:
        answer = _pool.request("PUT", address, body=stream, headers=headers, timeout=_within(left))
    except urllib3.exceptions.HTTPError:
        raise StoreAway from None
    if answer.status >= 300:
        raise StoreAway


def get(address: str, left: float) -> Iterator[bytes]:
    """The bytes, chunk by chunk; raises StoreAway before the first when the object cannot be had. `left`: as of `put`."""
    try:
        source = _pool.request("GET", address, preload_content=False, timeout=_within(left))
    except urllib3.exceptions.HTTPError:
        raise StoreAway from None
    if source.status != 200:
        source.release_conn()
        raise StoreAway
    return _chunks(source)


def _within(left: float) -> urllib3.Timeout:
    return urllib3.Timeout(
        connect=min(TAKES_SECONDS, max(left, SHORTEST_SECONDS)),
        read=min(ANSWER_SECONDS, max(left - 1, SHORTEST_SECONDS)),
    )


def _chunks(source: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
    try:
        yield from source.stream(CHUNK_BYTES)
    finally:
        source.release_conn()
