"""The security code as an image (PNG). No third party is asked."""

import io
import secrets

from captcha.image import ImageCaptcha
from PIL.Image import Image, Resampling

_SHOWN = (240, 80)
_PAPER = (255, 255, 255)
_INK = (128, 128, 128)  # the library blends by brightness: a mid grey comes out solid, and is darkened afterwards
_DARKEN = [max(0, min(255, (level - 110) * 2)) for level in range(256)]
_CANVAS = (345, 115)  # wide enough for the five widest characters and MOST_SPACES; shown smaller
MOST_SPACES = 3
_SIZES = ((50, 56, 62), (54, 58, 64), (48, 58, 66))


class _Apart(ImageCaptcha):
    """Characters that never overlap, and are turned less than would make one look like another."""

    word_offset_dx = 0
    # of no space of the library's: it sets no limit to their number, and cuts off what is too wide
    word_space_probability = 1.0
    character_rotate = (-22, 22)
    character_warp_dx = (0.08, 0.22)
    character_warp_dy = (0.12, 0.24)


def image_of(code: str) -> bytes:
    """A PNG of bent dark characters on white, of several sizes, turned each its own way, beside each other. A few milliseconds."""
    grey = drawn(spaced(code)).convert("L").resize(_SHOWN, Resampling.LANCZOS).point(_DARKEN)
    out = io.BytesIO()
    grey.save(out, format="PNG", optimize=True)
    return out.getvalue()


def spaced(code: str) -> str:
    """The code with at most MOST_SPACES spaces, each before a character of its own."""
    positions = {secrets.randbelow(len(code)) for _ in range(secrets.randbelow(MOST_SPACES + 1))}
    return "".join(f" {character}" if position in positions else character for position, character in enumerate(code))


def drawn(text: str) -> Image:
    """The characters under a curve and some dots, larger than shown and in the library's colours."""
    width, height = _CANVAS
    drawing = _Apart(width=width, height=height, font_sizes=secrets.choice(_SIZES))
    return drawing.generate_image(text, bg_color=_PAPER, fg_color=_INK)
