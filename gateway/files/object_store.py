"""The two things that the gateway does with the object store, by addresses that documents signed: put and get.

It holds no credential of the store; an address is good for one object and a few minutes.
"""

from collections.abc import Iterator
from typing import BinaryIO

import urllib3

from services.chassis.errors import Unavailable

CHUNK_BYTES = 64 * 1024
STORE_TIMEOUT = urllib3.Timeout(connect=2, read=4)  # a page that waits for a silent store still answers in six


class StoreAway(Unavailable):
    code = "file_store_away"
    message = "Le fichier n’a pas pu être lu ou enregistré. Vos réponses sont gardées : réessayez dans un moment."


_pool = urllib3.PoolManager(maxsize=32, timeout=STORE_TIMEOUT, retries=False)


def put(address: str, stream: BinaryIO, size: int) -> None:
    """Streams exactly `size` bytes to the address; raises StoreAway when they are not all there."""
    headers = {"Content-Length": str(size), "Content-Type": "application/octet-stream"}
    try:
        answer = _pool.request("PUT", address, body=stream, headers=headers)
    except urllib3.exceptions.HTTPError:
        raise StoreAway from None
    if answer.status >= 300:
        raise StoreAway


def get(address: str) -> Iterator[bytes]:
    """The bytes, chunk by chunk; raises StoreAway before the first when the object cannot be had."""
    try:
        source = _pool.request("GET", address, preload_content=False)
    except urllib3.exceptions.HTTPError:
        raise StoreAway from None
    if source.status != 200:
        source.release_conn()
        raise StoreAway
    return _chunks(source)


def _chunks(source: urllib3.BaseHTTPResponse) -> Iterator[bytes]:
    try:
        yield from source.stream(CHUNK_BYTES)
    finally:
        source.release_conn()
