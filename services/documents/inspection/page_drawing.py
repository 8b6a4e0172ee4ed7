"""A page of a kept file as a picture. Of a PDF only what lies on the page is painted: nothing in it acts, links lead nowhere."""

import math
from pathlib import Path

import pypdfium2
from PIL import Image, UnidentifiedImageError

from services.documents.inspection.rejection import Rejected, Rejection

MAX_WIDTH = 1_600
MAX_POINTS = 4_000_000
MAX_PICTURE_BYTES = 2_000_000
QUALITIES = (85, 60, 35)
"""Of the JPEG; the next one where the picture is too heavy."""


class NoSuchPage(Exception):
    pass


def draw(source: Path, target: Path, media_type: str, number: int) -> dict[str, int]:
    """Writes page `number` to `target` as a JPEG; its size, and how many pages the file has. Raises NoSuchPage, Rejected."""
    picture, pages = _of_pdf(source, number) if media_type == "application/pdf" else _of_picture(source, number)
    for quality in QUALITIES:
        picture.save(target, "JPEG", quality=quality)
        if target.stat().st_size <= MAX_PICTURE_BYTES:
            return {"width": picture.width, "height": picture.height, "pages": pages}
    raise Rejected(Rejection.TOO_COMPLEX)


def _of_pdf(source: Path, number: int) -> tuple[Image.Image, int]:
    try:
        document = pypdfium2.PdfDocument(source)
        document.init_forms()  # what was filled in on a computer is drawn as well; PDFium is built without scripts
        if not 1 <= number <= len(document):
            raise NoSuchPage
        page = document[number - 1]
        width, height = page.get_size()
        if width <= 0 or height <= 0:
            raise Rejected(Rejection.UNREADABLE)
        return page.render(scale=_scale(width, height)).to_pil().convert("RGB"), len(document)
    except pypdfium2.PdfiumError:
        raise Rejected(Rejection.UNREADABLE) from None


def _of_picture(source: Path, number: int) -> tuple[Image.Image, int]:
    if number != 1:
        raise NoSuchPage
    try:
        with Image.open(source, formats=["JPEG", "PNG"]) as opened:
            scale = min(1.0, _scale(*opened.size))
            opened.thumbnail((max(1, int(opened.width * scale)), max(1, int(opened.height * scale))))
            return _on_white(opened), 1
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise Rejected(Rejection.UNREADABLE) from None


def _scale(width: float, height: float) -> float:
    return min(MAX_WIDTH / width, math.sqrt(MAX_POINTS / (width * height)))


def _on_white(picture: Image.Image) -> Image.Image:
    """What is see-through is white, as paper is."""
    if "A" not in picture.getbands() and "transparency" not in picture.info:
        return picture.convert("RGB")
    layer = picture.convert("RGBA")
    paper = Image.new("RGB", layer.size, "white")
    paper.paste(layer, mask=layer)
    return paper
