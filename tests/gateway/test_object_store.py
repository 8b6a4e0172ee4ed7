"""An object store that takes a connection and says nothing costs a page its file, and not more time than a page may take."""

import io
import socket
import time
from collections.abc import Callable, Iterator

import pytest

from gateway.files import object_store

PAGE_SECONDS = 6.0  # within which every page answers
OVER = -1.0  # the page's time
LARGE = 30_000_000  # more than the buffers between two sockets hold


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of an object in a store that never answers."""
    with socket.create_server(("127.0.0.1", 0)) as store:
        yield f"http://127.0.0.1:{store.getsockname()[1]}/essais/objet"


@pytest.mark.parametrize(
    "ask",
    [
        lambda address: object_store.get(address, OVER),
        lambda address: object_store.put(address, io.BytesIO(b"x" * 100), 100, OVER),
        lambda address: object_store.put(address, io.BytesIO(bytes(LARGE)), LARGE, OVER),
    ],
    ids=["get", "put, taken and not answered", "put, not taken"],
)
def test_a_silent_store_is_waited_for_no_longer_than_the_page_has(silent: str, ask: Callable[[str], object]) -> None:
    assert object_store.TAKES_SECONDS + object_store.ANSWER_SECONDS <= PAGE_SECONDS

    begun = time.monotonic()
    with pytest.raises(object_store.StoreAway):
        ask(silent)
    assert time.monotonic() - begun < object_store.ANSWER_SECONDS
