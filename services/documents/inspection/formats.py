"""File formats that a town may accept, and what is checked before any byte is looked at. Pure."""

from dataclasses import dataclass
from pathlib import PurePosixPath

from services.chassis.errors import Invalid
from services.townhall import file_formats
from services.townhall.pieces import MEGABYTE


@dataclass(frozen=True)
class Format:
    media_type: str
    extensions: tuple[str, ...]
    kind: str  # "pdf" | "image" | "archive": which inspection it goes through


FORMATS = (
    Format("application/pdf", ("pdf",), "pdf"),
    Format("image/jpeg", ("jpg", "jpeg"), "image"),
    Format("image/png", ("png",), "image"),
    Format("image/heic", ("heic", "heif"), "image"),
    Format("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ("docx",), "archive"),
    Format("application/vnd.oasis.opendocument.text", ("odt",), "archive"),
)
BY_EXTENSION = {extension: known for known in FORMATS for extension in known.extensions}
NAME_CHARACTERS = 120


class ForbiddenFormat(Invalid):
    code = "forbidden_format"


class FileTooLarge(Invalid):
    code = "file_too_large"


class EmptyFile(Invalid):
    message = "Ce fichier est vide."


def safe_name(filename: str) -> str:
    """The name to keep: no folder, no control or bidirectional character, at most 120 characters with its extension."""
    base = filename.replace("\\", "/").rsplit("/", 1)[-1]
    printable = "".join(character for character in base if character.isprintable()).strip()
    name = printable.strip(" .") or "fichier"
    path = PurePosixPath(f"fichier.{name}" if printable.startswith(".") and name in printable.split(".") else name)
    return path.stem[: max(NAME_CHARACTERS - len(path.suffix), 1)] + path.suffix[:NAME_CHARACTERS]


def extension(filename: str) -> str:
    return PurePosixPath(filename).suffix.removeprefix(".").lower()


def announced(filename: str, accepted: tuple[str, ...], size: int, max_bytes: int) -> Format:
    """The format that the name announces; refuses with ForbiddenFormat, EmptyFile or FileTooLarge."""
    ending = extension(filename)
    found = BY_EXTENSION.get(ending)
    if found is None or ending not in accepted:
        raise ForbiddenFormat(file_formats.not_accepted(accepted, ending))
    if size <= 0:
        raise EmptyFile
    if size > max_bytes:
        raise FileTooLarge(file_formats.too_heavy(max_bytes // MEGABYTE))
    return found


def renamed(filename: str, media_type: str) -> str:
    """The name with the ending of what was kept: a HEIC picture is kept as a JPEG."""
    fitting = next(known for known in FORMATS if known.media_type == media_type)
    if extension(filename) in fitting.extensions:
        return filename
    return f"{PurePosixPath(filename).stem}.{fitting.extensions[0]}"
