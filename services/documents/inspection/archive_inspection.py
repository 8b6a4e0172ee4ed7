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
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from services.documents.inspection.field_codes import STARTS_IN, FieldCodes, formula_starts_a_program
from services.documents.inspection.rejection import Rejected

MAX_ENTRIES = 1_000
MAX_UNPACKED_BYTES = 100 * 1_048_576
MAX_RATIO = 100

FORBIDDEN_FOLDERS = {
    "basic": "active_content",
    "scripts": "active_content",
    "activex": "active_content",
    "embeddings": "enclosed_files",
}
"""Folders, at any depth and in any case."""

FORBIDDEN_RELATIONS = {
    "vbaproject": "active_content",
    "control": "active_content",
    "oleobject": "enclosed_files",
    "package": "enclosed_files",
    "afchunk": "enclosed_files",
}
"""OOXML: last part of a relation's type."""

ODF_PARTS = frozenset({"content.xml", "styles.xml", "meta.xml"})
FORBIDDEN_ELEMENTS = {
    "{urn:oasis:names:tc:opendocument:xmlns:script:1.0}event-listener": "active_content",
    "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}script": "active_content",
    "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}dde-connection": "active_content",
    "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}dde-connection-decl": "active_content",
    "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}dde-source": "active_content",
    "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}dde-link": "active_content",
    "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}applet": "active_content",
    "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}plugin": "active_content",
    "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}object": "enclosed_files",
    "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}object-ole": "enclosed_files",
}
LINKS = frozenset(
    {
        "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}a",
        "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}a",
    }
)
"""ODF: what a reader clicks; any other reference is followed by the program that opens the file."""
TEMPLATE = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}template"
"""ODF: a note of the template that the document was made from. Its path on the author's disk is harmless; on a share it would
be asked for."""
FORMULA = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}formula"
HREF = "{http://www.w3.org/1999/xlink}href"


def archive(source: Path, target: Path) -> None:
    """Copies `source` to `target`; nothing is unpacked before its size is known to be bounded. Raises Rejected."""
    try:
        with zipfile.ZipFile(source) as packed:
            entries = packed.infolist()
            unpacked = sum(entry.file_size for entry in entries)
            compressed = sum(entry.compress_size for entry in entries)
            if len(entries) > MAX_ENTRIES or unpacked > min(MAX_UNPACKED_BYTES, MAX_RATIO * max(compressed, 1)):
                raise Rejected("too_complex")
            for entry in entries:
                _refuse_forbidden_name(entry.filename.replace("\\", "/").lower())
            if packed.testzip() is not None:
                raise Rejected("unreadable")
            for entry in entries:
                _refuse_forbidden_part(packed, entry)
    except (zipfile.BadZipFile, RuntimeError, OSError, ParseError, DefusedXmlException):
        raise Rejected("unreadable") from None
    copyfile(source, target)


def _refuse_forbidden_name(name: str) -> None:
    if "vbaproject" in name:
        raise Rejected("active_content")
    for folder in name.split("/")[:-1]:
        if folder in FORBIDDEN_FOLDERS:
            raise Rejected(FORBIDDEN_FOLDERS[folder])


def _refuse_forbidden_part(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    name = entry.filename.replace("\\", "/").rpartition("/")[2].lower()
    if name.endswith(".rels"):
        with packed.open(entry) as part:
            _refuse_relations(part)
    elif name in ODF_PARTS:
        with packed.open(entry) as part:
            _refuse_elements(part)
    else:
        with packed.open(entry) as part:
            content = part.read()
        if _may_start_a_program(content):
            _refuse_fields(BytesIO(content))


def _refuse_relations(part: IO[bytes]) -> None:
    """OOXML: of what lies outside the file, only hyperlinks may be named."""
    for _, element in iterparse(part):
        kind = element.get("Type", "").rpartition("/")[2].lower()
        if kind in FORBIDDEN_RELATIONS:
            raise Rejected(FORBIDDEN_RELATIONS[kind])
        if element.get("TargetMode", "").strip().lower() == "external" and kind != "hyperlink":
            raise Rejected("outside_content")


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
    codes = FieldCodes()
    for _, element in iterparse(part):
        if codes.starts_a_program(element):
            raise Rejected("active_content")
        element.clear()


def _refuse_elements(part: IO[bytes]) -> None:
    """ODF: no script, no object, and nothing but a link refers to what lies outside the file."""
    for _, element in iterparse(part):
        if element.tag in FORBIDDEN_ELEMENTS:
            raise Rejected(FORBIDDEN_ELEMENTS[element.tag])
        if formula_starts_a_program(element.get(FORMULA, "")):
            raise Rejected("active_content")
        reference = element.get(HREF, "")
        if element.tag not in LINKS and _outside(reference) and not (element.tag == TEMPLATE and _on_a_disk(reference)):
            raise Rejected("outside_content")
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
