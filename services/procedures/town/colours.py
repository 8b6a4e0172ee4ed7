"""Colours as the eye distinguishes them: OKLCH to change them, WCAG contrast to judge them; pure."""

import math
from dataclasses import replace

from services.chassis.structs import Struct

Triple = tuple[float, float, float]


class Colour(Struct):
    """A colour of OKLCH: lightness 0..1, chroma from 0 (grey), hue in radians."""

    lightness: float
    chroma: float
    hue: float

    @property
    def hex(self) -> str:
        """`#rrggbb`; a colour that no screen can show loses chroma, never its lightness or hue."""
        colour = self
        while not _shown(channels := _linear_of(colour)) and colour.chroma > 0:
            colour = replace(colour, chroma=max(0.0, colour.chroma - 0.005))
        return "#" + "".join(f"{round(255 * _encoded(min(1.0, max(0.0, channel)))):02x}" for channel in channels)

    def lit(self, lightness: float, most_chroma: float = 1.0) -> "Colour":
        """The same hue at another lightness, with that much chroma at most."""
        return replace(self, lightness=min(1.0, max(0.0, lightness)), chroma=min(self.chroma, most_chroma))


def parse(text: str) -> Colour:
    """The colour written `#RRGGBB`."""
    red, green, blue = _linear(text)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return Colour(lightness=lightness, chroma=math.hypot(a, b), hue=math.atan2(b, a))


def contrast(one: str, other: str) -> float:
    """The WCAG 2 ratio of two colours, 1..21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def mix(one: str, other: str, share: float) -> str:
    """That share of the first colour laid over the second."""
    pairs = zip(_bytes(one), _bytes(other), strict=True)
    return "#" + "".join(f"{round(share * a + (1 - share) * b):02x}" for a, b in pairs)


def _bytes(text: str) -> tuple[int, int, int]:
    red, green, blue = (int(text[start : start + 2], 16) for start in (1, 3, 5))
    return red, green, blue


def _linear(text: str) -> Triple:
    red, green, blue = (_decoded(channel / 255) for channel in _bytes(text))
    return red, green, blue


def _luminance(text: str) -> float:
    red, green, blue = _linear(text)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear_of(colour: Colour) -> Triple:
    a, b = colour.chroma * math.cos(colour.hue), colour.chroma * math.sin(colour.hue)
    long = (colour.lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (colour.lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (colour.lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _shown(channels: Triple) -> bool:
    return all(-0.0001 <= channel <= 1.0001 for channel in channels)


def _decoded(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _encoded(channel: float) -> float:
    return 12.92 * channel if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055
