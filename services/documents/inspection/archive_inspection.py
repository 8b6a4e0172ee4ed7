"""Office documents are archives: kept when their directory announces a bounded size, and nothing in them acts or lies elsewhere.

Which office opens a file is not decided by its name: the rules of both formats (OOXML and ODF) hold for each archive.
"""

import re
import zipfile
from io import BytesIO
from pathlib import Path
from shutil import copyfile
from typing import IO
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from services.documents.inspection.rejection import Rejected, Rejection

MAX_ENTRIES = 1_000
MAX_UNPACKED_BYTES = 100 * 1_048_576
MAX_RATIO = 100

FORBIDDEN_FOLDERS = {
    **dict.fromkeys(("basic", "scripts", "activex"), Rejection.ACTIVE_CONTENT),
    "embeddings": Rejection.ENCLOSED_FILES,
}
"""Folders, at any depth and in any case."""

FORBIDDEN_RELATIONS = {
    **dict.fromkeys(("vbaproject", "control"), Rejection.ACTIVE_CONTENT),
    **dict.fromkeys(("oleobject", "package", "afchunk"), Rejection.ENCLOSED_FILES),
}
"""OOXML: last part of a relation's type."""


def _odf(space: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{{urn:oasis:names:tc:opendocument:xmlns:{space}:1.0}}{name}" for name in names)


ODF_PARTS = frozenset({"content.xml", "styles.xml", "meta.xml"})
ACTIVE = (
    *_odf("script", "event-listener"),
    *_odf("text", "script", "dde-connection", "dde-connection-decl"),
    *_odf("office", "dde-source"),
    *_odf("table", "dde-link"),
    *_odf("drawing", "applet", "plugin"),
)
FORBIDDEN_ELEMENTS = {
    **dict.fromkeys(ACTIVE, Rejection.ACTIVE_CONTENT),
    **dict.fromkeys(_odf("drawing", "object", "object-ole"), Rejection.ENCLOSED_FILES),
}
LINKS = frozenset({*_odf("text", "a"), *_odf("drawing", "a")})
"""ODF: what a reader clicks; any other reference is followed by the program that opens the file."""
[TEMPLATE] = _odf("meta", "template")
"""ODF: a note of the template that the document was made from. Its path on the author's disk is harmless; on a share it would
be asked for."""
[FORMULA] = _odf("table", "formula")
HREF = "{http://www.w3.org/1999/xlink}href"
FIELD = re.compile(r"\s*DDE(AUTO)?\b", re.IGNORECASE)
QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
DDE_FUNCTION = re.compile(r"\bDDE\s*\(", re.IGNORECASE)
STARTS_IN = (b"instrText", b"delInstrText", b"fldSimple", b"ddeLink", b"|")
"""OOXML: a part without any of these, in an encoding that has them as they are, starts nothing."""


def archive(source: Path, target: Path) -> None:
    """Copies `source` to `target`; nothing is unpacked before its size is known to be bounded. Raises Rejected."""
    try:
        with zipfile.ZipFile(source) as packed:
            entries = packed.infolist()
            unpacked = sum(entry.file_size for entry in entries)
            compressed = sum(entry.compress_size for entry in entries)
            if len(entries) > MAX_ENTRIES or unpacked > min(MAX_UNPACKED_BYTES, MAX_RATIO * max(compressed, 1)):
                raise Rejected(Rejection.TOO_COMPLEX)
            for entry in entries:
                _refuse_forbidden_name(entry.filename.replace("\\", "/").lower())
            if packed.testzip() is not None:
                raise Rejected(Rejection.UNREADABLE)
            for entry in entries:
                _refuse_forbidden_part(packed, entry)
    except (zipfile.BadZipFile, RuntimeError, OSError, ParseError, DefusedXmlException):
        raise Rejected(Rejection.UNREADABLE) from None
    copyfile(source, target)


def _refuse_forbidden_name(name: str) -> None:
    if "vbaproject" in name:
        raise Rejected(Rejection.ACTIVE_CONTENT)
    for folder in name.split("/")[:-1]:
        if folder in FORBIDDEN_FOLDERS:
            raise Rejected(FORBIDDEN_FOLDERS[folder])


def _refuse_forbidden_part(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    name = entry.filename.replace("\\", "/").rpartition("/")[2].lower()
    with packed.open(entry) as part:
        if name.endswith(".rels"):
            _refuse_relations(part)
        elif name in ODF_PARTS:
            _refuse_elements(part)
        elif _may_start_a_program(content := part.read()):
            _refuse_fields(BytesIO(content))


def _refuse_relations(part: IO[bytes]) -> None:
    """OOXML: of what lies outside the file, only hyperlinks may be named."""
    for _, element in iterparse(part):
        kind = element.get("Type", "").rpartition("/")[2].lower()
        if kind in FORBIDDEN_RELATIONS:
            raise Rejected(FORBIDDEN_RELATIONS[kind])
        if element.get("TargetMode", "").strip().lower() == "external" and kind != "hyperlink":
            raise Rejected(Rejection.OUTSIDE_CONTENT)


def _may_start_a_program(content: bytes) -> bool:
    """Whether a part of any name is XML in which such a field can be. A large sheet without one is not read element by element."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")):
        return True
    head = content[:200].removeprefix(b"\xef\xbb\xbf").lstrip()
    if not head.startswith(b"<"):
        return False
    plain = b"encoding" not in head or re.search(
        rb"encoding\s*=\s*[\"'](utf-8|us-ascii|iso-8859-1)[\"']", head, re.IGNORECASE
    )
    return not plain or any(word in content for word in STARTS_IN)


def _refuse_fields(part: IO[bytes]) -> None:
    """OOXML: no field and no formula starts a program."""
    codes = _FieldCodes()
    for _, element in iterparse(part):
        if codes.starts_a_program(element):
            raise Rejected(Rejection.ACTIVE_CONTENT)
        element.clear()


def _refuse_elements(part: IO[bytes]) -> None:
    """ODF: no script, no object, and nothing but a link refers to what lies outside the file."""
    for _, element in iterparse(part):
        if element.tag in FORBIDDEN_ELEMENTS:
            raise Rejected(FORBIDDEN_ELEMENTS[element.tag])
        if _formula_starts_a_program(element.get(FORMULA, "")):
            raise Rejected(Rejection.ACTIVE_CONTENT)
        reference = element.get(HREF, "")
        if element.tag not in LINKS and _outside(reference) and not (element.tag == TEMPLATE and _on_a_disk(reference)):
            raise Rejected(Rejection.OUTSIDE_CONTENT)
        element.clear()


def _outside(reference: str) -> bool:
    path = reference.strip().replace("\\", "/")
    try:
        parts = urlsplit(path)
    except ValueError:
        return True
    return bool(parts.scheme or parts.netloc) or path.startswith("/") or ".." in parts.path.split("/")


def _on_a_disk(reference: str) -> bool:
    """Whether it names a file of the machine itself: no site, and no share of a network, however it is written."""
    path = unquote(reference).strip().replace("\\", "/")
    try:
        parts = urlsplit(path)
    except ValueError:
        return False
    drive = len(parts.scheme) == 1
    return (
        (drive or parts.scheme in ("", "file"))
        and parts.netloc in ("", "localhost")
        and not parts.path.startswith("//")
    )


class _FieldCodes:
    """Fields and formulas by which the program that opens a document would start another one (DDE), in one OOXML part read in order.

    Of a field the first word says what it does, however many runs it is written in. Of a formula a bar outside quotation marks
    names a program and what it is asked for.
    """

    def __init__(self) -> None:
        self._code = ""

    def starts_a_program(self, element: Element) -> bool:
        name = element.tag.rpartition("}")[2]
        if name == "ddeLink":
            return True
        if name == "fldChar":
            self._code = ""
        elif name in ("instrText", "delInstrText"):
            self._code += element.text or ""
            return FIELD.match(self._code) is not None
        elif name == "fldSimple":
            return any(FIELD.match(value) for key, value in element.items() if key.rpartition("}")[2] == "instr")
        elif name in ("f", "definedName"):
            return "|" in QUOTED.sub("", element.text or "")
        return False


def _formula_starts_a_program(formula: str) -> bool:
    """The same of a formula of ODF."""
    bare = QUOTED.sub("", formula)
    return "|" in bare or DDE_FUNCTION.search(bare) is not None
