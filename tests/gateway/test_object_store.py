"""An object store that takes a connection and says nothing costs a page its file, and not more time than a page may take."""

import io
import socket
import time
from collections.abc import Callable, Iterator

import pytest
from urllib3 import Timeout

from gateway.files import object_store

PAGE_SECONDS = 6.0  # within which every page answers
LARGE = 30_000_000  # more than the buffers between two sockets hold


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of an object in a store that never answers."""
    with socket.create_server(("127.0.0.1", 0)) as store:
        yield f"http://127.0.0.1:{store.getsockname()[1]}/essais/objet"


@pytest.mark.parametrize(
    "ask",
    [
        lambda address: object_store.get(address),
        lambda address: object_store.put(address, io.BytesIO(b"x" * 100), 100),
        lambda address: object_store.put(address, io.BytesIO(bytes(LARGE)), LARGE),
    ],
    ids=["get", "put, taken and not answered", "put, not taken"],
)
def test_a_silent_store_times_out_before_the_page_does(
    silent: str, ask: Callable[[str], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = object_store.STORE_TIMEOUT
    assert limit.connect_timeout + limit.read_timeout <= PAGE_SECONDS
    shorter = Timeout(connect=limit.connect_timeout, read=limit.read_timeout / 20)
    monkeypatch.setitem(object_store._pool.connection_pool_kw, "timeout", shorter)

    begun = time.monotonic()
    with pytest.raises(object_store.StoreAway):
        ask(silent)
    assert time.monotonic() - begun < PAGE_SECONDS
