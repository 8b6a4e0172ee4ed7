"""A picture is made narrower for screens that show it so; what cannot be drawn is refused before it is kept."""

import io

import pytest
from PIL import Image

from services.content.pictures import scaling


def picture(width: int, height: int, mode: str = "RGB", kind: str = "PNG", **options: object) -> bytes:
    written = io.BytesIO()
    Image.new(mode, (width, height), (0, 90, 90, 120) if mode == "RGBA" else "teal").save(written, kind, **options)
    return written.getvalue()


def test_a_picture_is_made_in_each_narrower_width_and_keeps_its_shape() -> None:
    made = scaling.sizes(picture(1280, 720))

    assert [(size.width, size.height) for size in made] == [(320, 180), (640, 360), (960, 540), (1280, 720)]
    assert [size.data is None for size in made] == [False, False, False, True]
    for size in made[:-1]:
        with Image.open(io.BytesIO(size.data or b"")) as drawn:
            assert (drawn.format, drawn.size) == ("WEBP", (size.width, size.height))


def test_a_small_picture_is_kept_as_it_is() -> None:
    assert [(size.width, size.height, size.data) for size in scaling.sizes(picture(300, 200))] == [(300, 200, None)]


def test_transparency_is_kept() -> None:
    [narrow, _] = scaling.sizes(picture(400, 100, mode="RGBA"))

    with Image.open(io.BytesIO(narrow.data or b"")) as drawn:
        assert drawn.mode == "RGBA"


def test_a_turned_photograph_has_its_upright_size() -> None:
    turned = Image.Exif()
    turned[0x0112] = 6  # a quarter turn to the right

    made = scaling.sizes(picture(800, 600, kind="JPEG", exif=turned))
    assert [(size.width, size.height) for size in made] == [(320, 427), (600, 800)]


@pytest.mark.parametrize("cut", [0, 12, 200])
def test_a_cut_file_cannot_be_drawn(cut: int) -> None:
    assert not scaling.can_be_drawn(picture(64, 64, kind="JPEG")[:cut])


def test_too_many_pixels_cannot_be_drawn() -> None:
    assert scaling.can_be_drawn(picture(64, 64))
    assert not scaling.can_be_drawn(picture(6000, 4001, mode="1"))
