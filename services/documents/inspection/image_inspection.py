"""Pictures are drawn anew, so that nothing of the upload but its pixels is kept: no position, no serial number."""

from pathlib import Path

from PIL import Image, ImageOps, UnidentifiedImageError

from services.documents.inspection.rejection import Rejected, Rejection

MAX_PIXELS = 60_000_000
MAX_SIDE = 6_000
JPEG_QUALITY = 88
DECODERS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/heic": "HEIF"}


def image(source: Path, target: Path, media_type: str) -> str:
    """Draws the picture upright; gives the media type written (a HEIC picture becomes a JPEG). Raises Rejected."""
    decoder = DECODERS[media_type]
    if decoder == "HEIF":
        from pillow_heif import register_heif_opener  # 40 MB of decoder, for the towns that accept the format

        register_heif_opener()
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        with Image.open(source, formats=[decoder]) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise Rejected(Rejection.PICTURE_TOO_LARGE)
            if decoder == "JPEG":
                opened.draft("RGB", (MAX_SIDE, MAX_SIDE))
            return _draw(ImageOps.exif_transpose(opened), target, decoder)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Rejected(Rejection.PICTURE_TOO_LARGE) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise Rejected(Rejection.UNREADABLE) from None


def _draw(picture: Image.Image, target: Path, decoder: str) -> str:
    picture.thumbnail((MAX_SIDE, MAX_SIDE))
    if decoder == "PNG":
        see_through = "A" in picture.getbands() or "transparency" in picture.info
        _only_pixels(picture, "RGBA" if see_through else "RGB").save(target, "PNG")
        return "image/png"
    _only_pixels(picture, "RGB").save(target, "JPEG", quality=JPEG_QUALITY)
    return "image/jpeg"


def _only_pixels(picture: Image.Image, mode: str) -> Image.Image:
    """The picture in `mode` without the blocks that came with it, of which a codec writes some by itself (JPEG: the comment)."""
    bare = picture.convert(mode)
    bare.info.clear()
    return bare
