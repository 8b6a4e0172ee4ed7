"""What a file really is, and whether it may be kept. Runs in a child process: see `examination.py`.

Each function reads `source`, writes what is to be kept to `target` and raises Rejected with a code. Images are drawn
anew, so that nothing of the upload but its pixels is kept: no position, no serial number, no hidden payload.
"""

import hashlib
import json
import resource
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile

MAX_PIXELS = 60_000_000
MAX_SIDE = 6_000
JPEG_QUALITY = 88
MAX_ENTRIES = 1_000
MAX_UNPACKED_BYTES = 100 * 1_048_576
MAX_RATIO = 100
MAX_PDF_OBJECTS = 200_000
MAX_MEMORY_BYTES = 900 * 1_048_576
MAX_CPU_SECONDS = 10
MAX_WRITTEN_BYTES = 64 * 1_048_576
ACTIVE_ACTIONS = frozenset(
    {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition", "/RichMediaExecute", "/GoToE", "/Movie"}
)


class Rejected(Exception):
    """`code` is one of examination.REASONS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def real_type(source: Path) -> set[str]:
    """The media types that the content, not the name, speaks for."""
    import puremagic

    try:
        return {match.mime_type for match in puremagic.magic_file(source) if match.mime_type}
    except (puremagic.PureError, ValueError):
        return set()


def image(source: Path, target: Path, media_type: str) -> str:
    """Draws the picture anew, upright; gives the media type written (a HEIC picture becomes a JPEG)."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    expected = {"image/jpeg": "JPEG", "image/png": "PNG", "image/heic": "HEIF"}[media_type]
    if expected == "HEIF":
        from pillow_heif import register_heif_opener

        register_heif_opener()
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    try:
        with Image.open(source, formats=[expected]) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise Rejected("picture_too_large")
            if expected == "JPEG":
                opened.draft("RGB", (MAX_SIDE, MAX_SIDE))
            picture = ImageOps.exif_transpose(opened)
            picture.thumbnail((MAX_SIDE, MAX_SIDE))
            if expected == "PNG":
                picture.convert("RGBA" if "A" in picture.getbands() or "transparency" in picture.info else "RGB").save(
                    target, "PNG", pnginfo=None, exif=b"", icc_profile=None
                )
                return "image/png"
            picture.convert("RGB").save(target, "JPEG", quality=JPEG_QUALITY, exif=b"", icc_profile=None)
            return "image/jpeg"
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Rejected("picture_too_large") from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise Rejected("unreadable") from None


def pdf(source: Path, target: Path) -> None:
    """Keeps the PDF as it is when it opens without a password and carries no action, script or attachment."""
    import pikepdf

    try:
        with pikepdf.open(source) as document:
            if len(document.objects) > MAX_PDF_OBJECTS:
                raise Rejected("too_complex")
            for thing in _dictionaries(document):
                _refuse_active_content(thing)
    except pikepdf.PasswordError:
        raise Rejected("protected") from None
    except pikepdf.PdfError:
        raise Rejected("unreadable") from None
    copyfile(source, target)


def _dictionaries(document: object) -> Iterator[object]:
    """Every dictionary of the file: trailer, indirect objects, and those nested in them."""
    import pikepdf

    assert isinstance(document, pikepdf.Pdf)  # noqa: S101  the import is late: a child that reads no PDF never loads it
    pending: list[object] = [document.trailer, *document.objects]
    while pending:
        thing = pending.pop()
        if isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
            yield thing
            values = list(thing.values()) if isinstance(thing, pikepdf.Dictionary) else list(thing.stream_dict.values())
            pending.extend(value for value in values if _nested(value))
        elif isinstance(thing, pikepdf.Array):
            pending.extend(value for value in thing if _nested(value))


def _nested(value: object) -> bool:
    import pikepdf

    # an indirect object comes in its own turn; following it here would loop
    return isinstance(value, (pikepdf.Dictionary, pikepdf.Array)) and not value.is_indirect


def _refuse_active_content(thing: object) -> None:
    import pikepdf

    assert isinstance(thing, pikepdf.Object)  # noqa: S101
    for key in ("/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/RichMediaContent", "/XFA"):
        if key in thing:
            raise Rejected("active_content")
    if "/AA" in thing and len(thing["/AA"]) > 0:
        raise Rejected("active_content")
    if "/S" in thing and isinstance(thing["/S"], pikepdf.Name) and str(thing["/S"]) in ACTIVE_ACTIONS:
        raise Rejected("active_content")


def archive(source: Path, target: Path) -> None:
    """Keeps an office document whose directory announces a bounded size and no macro; nothing is unpacked before."""
    try:
        with zipfile.ZipFile(source) as packed:
            entries = packed.infolist()
            unpacked = sum(entry.file_size for entry in entries)
            compressed = sum(entry.compress_size for entry in entries)
            if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED_BYTES:
                raise Rejected("too_complex")
            if unpacked > MAX_RATIO * max(compressed, 1):
                raise Rejected("too_complex")
            if any("vbaproject" in entry.filename.lower() for entry in entries):
                raise Rejected("active_content")
            if packed.testzip() is not None:
                raise Rejected("unreadable")
    except (zipfile.BadZipFile, RuntimeError, OSError):
        raise Rejected("unreadable") from None
    copyfile(source, target)


def inspect(source: Path, target: Path, media_type: str, kind: str) -> dict[str, str | int]:
    """Type, size and sha256 of what was written to `target`; raises Rejected."""
    kept_type = media_type
    if kind == "image":
        kept_type = image(source, target, media_type)
    elif media_type not in real_type(source):
        raise Rejected("type_mismatch")
    elif kind == "pdf":
        pdf(source, target)
    else:
        archive(source, target)
    kept = target.read_bytes()
    return {"type": kept_type, "size": len(kept), "sha256": hashlib.sha256(kept).hexdigest()}


def main(source: str, target: str, media_type: str, kind: str) -> None:
    """Entry of the child process: one JSON object on the standard output, whatever happens short of a kill."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_SECONDS, MAX_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_WRITTEN_BYTES, MAX_WRITTEN_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        outcome = inspect(Path(source), Path(target), media_type, kind)
    except Rejected as rejected:
        outcome = {"rejected": rejected.code}
    except MemoryError:
        outcome = {"rejected": "too_complex"}
    sys.stdout.write(json.dumps(outcome))


if __name__ == "__main__":
    main(*sys.argv[1:])
