"""Pictures in the widths that pages ask for: what a phone fetches is no larger than what it shows."""

import io

from services.chassis.structs import Struct

WIDTHS = (320, 640, 960, 1280, 1920)
MOST_PIXELS = 24_000_000
FORMATS = ("JPEG", "PNG", "WEBP")
QUALITY = 82


class Size(Struct):
    """`data`: as WebP; None for the picture itself."""

    width: int
    height: int
    data: bytes | None


def can_be_drawn(data: bytes) -> bool:
    """Whether all of it can be read, and it is no larger than what may be drawn."""
    from PIL import Image  # loaded by the child process of an import: the running service draws nothing

    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return False
            picture.load()
    except (Image.DecompressionBombError, OSError, SyntaxError, ValueError):
        return False
    return True


def sizes(data: bytes) -> list[Size]:
    """The picture itself and those made of it, each of the WIDTHS that is narrower; upright, as browsers show it."""
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
        upright = ImageOps.exif_transpose(opened)
    drawn = upright.convert("RGBA" if "A" in upright.getbands() or "transparency" in upright.info else "RGB")
    made = [Size(width=drawn.width, height=drawn.height, data=None)]
    # each of the one before: half the work
    for width in sorted((one for one in WIDTHS if one < drawn.width), reverse=True):
        height, written = max(1, round(made[0].height * width / made[0].width)), io.BytesIO()
        drawn = drawn.resize((width, height), Image.Resampling.BICUBIC)
        drawn.save(written, "WEBP", quality=QUALITY, method=2)
        made.append(Size(width=width, height=height, data=written.getvalue()))
    return made[::-1]
