"""The lines of an extract of the Base Adresse Nationale (CSV with semicolons), each read by itself; pure."""

import csv
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from services.chassis.errors import Invalid
from services.chassis.structs import Struct
from services.townhall.folding import folded
from services.townhall.search_words import plain

SEPARATOR = ";"
NEEDED = ("numero", "rep", "nom_voie", "code_postal", "nom_commune")
LOCAL_BASE = ("cle_interop", "voie_nom")
"""Columns of the other format in which addresses are published."""
NO_NUMBER = ("", "99999")
"""How a street or a hamlet without numbers is written."""
LONGEST_NAME = 80
LONGEST_SHOWN = 30


class NotAnExtract(Invalid):
    """The file is of another kind; the message says which columns are missing."""

    code = "not_an_extract"
    message = "Ce fichier n’est pas un extrait de la Base Adresse Nationale."


class BadLine(Exception):
    """Why a line gives no address, in French."""


class Address(Struct):
    """A line as it is kept. `number`: `7` or `7 bis`, "" where the line is of a street without numbers."""

    number: str
    name: str
    plain: str
    postcode: str
    city: str
    city_plain: str


def cells(line: bytes) -> list[str]:
    """The cells of a line; raises BadLine."""
    try:
        text = line.decode("utf-8").rstrip("\r\n")
        return next(csv.reader([text], delimiter=SEPARATOR, strict=True), list[str]())
    except UnicodeDecodeError:
        raise BadLine("elle n’est pas en UTF-8") from None
    except csv.Error:
        raise BadLine("elle ne se lit pas comme une ligne de CSV") from None


def columns(first: bytes) -> Mapping[str, int]:
    """The place of each column, of the file's first line; raises NotAnExtract."""
    try:
        names = [name.strip() for name in cells(first.removeprefix(b"\xef\xbb\xbf"))]
    except BadLine:
        raise NotAnExtract(
            "Ce fichier n’est pas un texte CSV en UTF-8 : il faut un extrait de la Base Adresse Nationale, "
            "tel quel ou en .gz."
        ) from None
    if all(name in names for name in LOCAL_BASE):
        raise NotAnExtract(
            "Ce fichier est une Base Adresse Locale : il faut un extrait de la Base Adresse Nationale, "
            "qui a les codes postaux."
        )
    if missing := [name for name in NEEDED if name not in names]:
        raise NotAnExtract(
            f"{NotAnExtract.message} Sa première ligne doit nommer les colonnes, séparées par des points-virgules ; "
            f"il manque : {', '.join(missing)}."
        )
    return {name: place for place, name in enumerate(names)} | {"": len(names)}


def address(places: Mapping[str, int], line: Sequence[str]) -> Address:
    """What a line says; raises BadLine."""
    if len(line) != places[""]:
        raise BadLine(f"{len(line)} colonnes au lieu de {places['']}")
    number, suffix, name, postcode, city = (line[places[column]].strip() for column in NEEDED)
    if not re.fullmatch(r"[0-9]{5}", postcode):
        raise BadLine(f"code postal « {_short(postcode)} », il faut cinq chiffres")
    shown, words = _named(name, "voie")
    town, town_words = _named(city, "commune")
    return Address(
        number=_number(number, suffix),
        name=shown,
        plain=words,
        postcode=postcode,
        city=town,
        city_plain=town_words,
    )


@lru_cache(maxsize=4096)
def _named(name: str, what: str) -> tuple[str, str]:
    """The name as it is shown, with the apostrophe of French, and its plain words; kept, for a street's numbers follow each other."""
    words = plain(name)
    if not words:
        raise BadLine(f"sans nom de {what}")
    if len(name) > LONGEST_NAME:
        raise BadLine(f"nom de {what} de plus de {LONGEST_NAME} caractères")
    if not name.isprintable():
        raise BadLine(f"nom de {what} avec un caractère illisible")
    return name.replace("'", "’"), words


def _number(number: str, suffix: str) -> str:
    if number in NO_NUMBER:
        return ""
    if not re.fullmatch(r"[0-9]{1,5}", number):
        raise BadLine(f"numéro « {_short(number)} », il faut des chiffres")
    after = folded(suffix)
    if not re.fullmatch(r"[a-z0-9]{0,8}", after):
        raise BadLine(f"complément de numéro « {_short(suffix)} »")
    return f"{int(number)} {after}".rstrip()


def _short(text: str) -> str:
    shown = "".join(sign if sign.isprintable() else "?" for sign in text)
    return shown if len(shown) <= LONGEST_SHOWN else f"{shown[:LONGEST_SHOWN]}…"
