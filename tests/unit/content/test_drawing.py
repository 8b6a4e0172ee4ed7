"""Pictures are drawn in a child process under limits: what it makes is taken, and no picture holds up the service."""

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

from services.content.pictures import child, drawing, scaling
from tests.support.children import children


def picture(width: int, height: int = 40) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(written, "PNG")
    return written.getvalue()


def test_the_child_makes_every_size_of_each_picture() -> None:
    given = {"large.png": picture(700), "small.png": picture(30)}

    assert drawing.drawn(given, draw=True) == {name: tuple(scaling.sizes(data)) for name, data in given.items()}
    assert drawing.drawn(given, draw=False) == {"large.png": (), "small.png": ()}


def test_one_that_cannot_be_drawn_is_told_from_the_others() -> None:
    assert drawing.drawn({"cut.png": picture(90)[:60], "good.png": picture(30)}, draw=False) == {
        "cut.png": None,
        "good.png": (),
    }


def test_a_picture_that_takes_too_long_cannot_be_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "WAIT_SECONDS", 0.001)

    assert drawing.drawn({"slow.png": picture(700), "other.png": picture(30)}, draw=True) == {"slow.png": None}


def test_a_picture_that_takes_too_much_memory_cannot_be_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    def exhausted(data: bytes) -> bool:
        raise MemoryError(data)

    monkeypatch.setattr(scaling, "can_be_drawn", exhausted)

    assert child.made_of(b"", draw=True) is None


def test_the_pictures_of_one_import_are_drawn_at_a_time() -> None:
    given = {"large.png": picture(700)}
    most = 0
    with ThreadPoolExecutor(4) as threads:
        imports = [threads.submit(drawing.drawn, given, draw=True) for _ in range(4)]
        while not all(one.done() for one in imports):
            most = max(most, children("services.content.pictures.child"))

    assert most == 1
    assert len({str(one.result()) for one in imports}) == 1
