"""The image of the security code: readable, and never twice the same."""

from io import BytesIO
from itertools import pairwise

import numpy as np
import pytest
from captcha.image import ImageCaptcha
from PIL import Image

from services.accounts.security_code.captcha_image import MOST_SPACES, drawn, image_of, spaced

CODES = ["F6LX4", "MUM5H", "KHF3J", "222LH", "XX4L4", "9HRJR"]


def opened(png: bytes) -> Image.Image:
    return Image.open(BytesIO(png))


def test_the_image_is_a_small_grey_png() -> None:
    image = opened(image_of("7KXM2"))
    assert (image.format, image.mode, image.size) == ("PNG", "L", (240, 80))


def test_the_same_code_is_never_drawn_twice_alike() -> None:
    assert len({image_of("7KXM2") for _ in range(5)}) == 5


def test_a_code_gets_few_spaces_and_keeps_its_characters() -> None:
    drawn_by_lot = [spaced("7KXM2") for _ in range(200)]
    assert {text.replace(" ", "") for text in drawn_by_lot} == {"7KXM2"}
    assert {text.count(" ") for text in drawn_by_lot} == set(range(MOST_SPACES + 1))


@pytest.mark.parametrize("code", [*CODES * 4, *["MMMMM", " M M MMM", "MM M M M"] * 10])
def test_no_character_is_cut_off_at_an_edge(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImageCaptcha, "create_noise_dots", lambda *_: None)
    monkeypatch.setattr(ImageCaptcha, "create_noise_curve", lambda *_: None)
    ink = np.array(drawn(code).convert("L")) < 200
    edges = (ink[0], ink[-1], ink[:, 0], ink[:, -1])
    assert ink.any()
    assert not any(edge.any() for edge in edges)


@pytest.mark.parametrize("code", CODES * 4)
def test_characters_stand_beside_each_other_and_never_overlap(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    boxes: list[tuple[int, int]] = []
    real = Image.Image.paste

    def noted(self: Image.Image, im: Image.Image, box: tuple[int, int], mask: Image.Image | None = None) -> None:
        boxes.append((box[0], box[0] + im.size[0]))
        real(self, im, box, mask)

    monkeypatch.setattr(Image.Image, "paste", noted)
    drawn(code)
    assert len(boxes) >= 5
    assert all(before[1] <= after[0] for before, after in pairwise(boxes))
