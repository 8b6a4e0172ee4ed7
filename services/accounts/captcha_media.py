"""The two versions of the security code: an image (PNG) and speech (WAV) of the same characters. No third party is asked."""

import io
import secrets
import wave
from array import array
from functools import cache
from pathlib import Path

from captcha.image import ImageCaptcha

_VOICE = Path(__file__).with_name("captcha_voice")
_RATE = 8000
_PAUSE = array("h", bytes(2 * _RATE * 6 // 10))
_NOISE_LEVEL = 500  # of 32767: heard, and harmless to who listens
_LOUDEST = 32767 - _NOISE_LEVEL

_WIDTH, _HEIGHT = 240, 80
_PAPER = (255, 255, 255)
_INK = (128, 128, 128)  # the library blends by brightness: a mid grey comes out solid, and is darkened afterwards
_DARKEN = [max(0, min(255, (level - 110) * 2)) for level in range(256)]


def image_of(code: str) -> bytes:
    """A PNG of bent dark characters on white. A few milliseconds."""
    drawn = ImageCaptcha(width=_WIDTH, height=_HEIGHT, font_sizes=(50, 56, 62))
    grey = drawn.generate_image(code, bg_color=_PAPER, fg_color=_INK).convert("L").point(_DARKEN)
    out = io.BytesIO()
    grey.save(out, format="PNG", optimize=True)
    return out.getvalue()


def speech_of(code: str) -> bytes:
    """A WAV of the characters, spelt in French with pauses, under light noise never twice the same."""
    said = array("h", _PAUSE)
    for character in code:
        said.extend(_recording(character))
        said.extend(_PAUSE)
    noise = array("h", secrets.token_bytes(2 * len(said)))
    mixed = array("h", (_clip(voice) + hiss * _NOISE_LEVEL // 32768 for voice, hiss in zip(said, noise, strict=True)))
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE)
        file.writeframes(mixed.tobytes())
    return out.getvalue()


def _clip(sample: int) -> int:
    return max(-_LOUDEST, min(_LOUDEST, sample))


@cache
def _recording(character: str) -> "array[int]":  # not subscriptable when run on 3.11
    with wave.open(str(_VOICE / f"{character}.wav"), "rb") as file:
        return array("h", file.readframes(file.getnframes()))
