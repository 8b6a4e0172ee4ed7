"""The import of an address file: read line by line, put in the place of the former one in one transaction."""

import gzip
import hashlib
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from services.chassis.clock import Clock
from services.chassis.errors import Conflict
from services.chassis.event_store import db
from services.chassis.settings import Settings
from services.procedures.addresses import rows
from services.procedures.addresses.extract import Address, BadLine, NotAnExtract, address, cells, columns

GZIP = b"\x1f\x8b"
LONGEST_LINE = 4000
MOST_LINES = 5_000_000
MOST_BYTES = 2_000_000_000
"""Of the lines, unpacked: five million of an extract are some 1.2 GB."""
MOST_NUMBERS = 5_000
"""Of one street, which are looked through at each key that is typed."""
MOST_NAMED = 20
"""Of the lines that were left out."""
BAD_OF_TEN = 1
"""Of ten lines, those that may be left out: above, the file is another one, or was spoilt on its way."""
READ_AS = b"1"
"""Of what is made of a line: another number has the same file imported again."""
BITE = 1 << 20
PATIENT = {"statement_timeout": "0", "idle_in_transaction_session_timeout": "0"}


class AnotherImport(Conflict):
    message = "Un autre import d’adresses est en cours : relancez la commande quand il sera fini."


@dataclass
class Import:
    """What an import has read so far. `lines`: those after the first, empty ones too; `bad`: the first lines that were left out, each with its reason."""

    lines: int = 0
    addresses: int = 0
    streets: int = 0
    bad_lines: int = 0
    bad: list[str] = field(default_factory=list[str])
    same: bool = False
    """The file is the one that was imported last: nothing was changed."""


def import_file(settings: Settings, file: Path, found: Import) -> None:
    """Puts the addresses of the file in the place of those of before, counting into `found` as it goes.

    Raises NotAnExtract, AnotherImport, or OSError for a file that cannot be read: then nothing was changed.
    """
    digest = _digest(file)
    with (
        db.connect(settings.owner_database("procedures"), "parvis-addresses", **PATIENT) as conn,
        conn.transaction(),
    ):
        if not rows.alone(conn):
            raise AnotherImport
        known = rows.known(conn)
        if known is not None and known.digest == digest:
            found.same, found.lines, found.addresses = True, known.lines, known.addresses
            return
        with _opened(file) as source:
            rows.take(conn, _addresses(source, found))
        _refuse_what_is_no_extract(found)
        found.streets = rows.replace(conn)
        if (name := rows.longer(conn, MOST_NUMBERS)) is not None:
            raise NotAnExtract(
                f"« {name} » aurait plus de {MOST_NUMBERS} numéros : ce fichier n’est pas un extrait de la Base Adresse Nationale."
            )
        now = Clock().now()
        file_read = rows.AddressFile(digest=digest, lines=found.lines, addresses=found.addresses, imported_at=now)
        rows.say(conn, file_read)
        rows.look_at(conn)


def has_file(settings: Settings) -> bool:
    """Whether an address file was ever imported."""
    with db.connect(settings.owner_database("procedures"), "parvis-addresses") as conn:
        return rows.known(conn) is not None


def remove_file(settings: Settings) -> bool:
    """No address is proposed any more; False where none was. Raises AnotherImport."""
    with db.connect(settings.owner_database("procedures"), "parvis-addresses") as conn, conn.transaction():
        if not rows.alone(conn):
            raise AnotherImport
        return rows.forget(conn)


def _digest(file: Path) -> str:
    digest = hashlib.sha256()
    digest.update(READ_AS)
    with file.open("rb") as source:
        for bite in iter(lambda: source.read(BITE), b""):
            digest.update(bite)
    return digest.hexdigest()


@contextmanager
def _opened(file: Path) -> Generator[Callable[[], bytes]]:
    """What reads its next line, unpacked where the file is packed; no line is longer than LONGEST_LINE."""
    with file.open("rb") as raw:
        packed = raw.read(len(GZIP)) == GZIP
        raw.seek(0)
        source = gzip.GzipFile(fileobj=raw) if packed else raw
        try:
            yield lambda: source.readline(LONGEST_LINE + 1)
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise NotAnExtract("Ce fichier .gz est incomplet ou abîmé : téléchargez-le à nouveau.") from None


def _addresses(next_line: Callable[[], bytes], found: Import) -> Iterator[Address]:
    first = _whole(next_line(), 1)
    places, size = columns(first), len(first)
    for number, line in enumerate(iter(next_line, b""), 2):
        found.lines += 1
        size += len(line)
        if found.lines > MOST_LINES:
            raise NotAnExtract(f"Ce fichier a plus de {MOST_LINES} lignes : prenez l’extrait d’un département.")
        if size > MOST_BYTES:
            raise NotAnExtract(
                f"Ce fichier, une fois décompressé, a plus de {MOST_BYTES} octets : prenez l’extrait d’un département."
            )
        if not _whole(line, number).strip():
            continue
        try:
            read = address(places, cells(line))
        except BadLine as why:
            found.bad_lines += 1
            if len(found.bad) < MOST_NAMED:
                found.bad.append(f"ligne {number} : {why}")
        else:
            found.addresses += 1
            yield read


def _whole(line: bytes, number: int) -> bytes:
    if len(line) > LONGEST_LINE:
        raise NotAnExtract(f"{NotAnExtract.message} La ligne {number} a plus de {LONGEST_LINE} caractères.")
    return line


def _refuse_what_is_no_extract(found: Import) -> None:
    first = f" La première : {found.bad[0]}." if found.bad else ""
    if not found.addresses:
        raise NotAnExtract(f"Aucune adresse ne se lit dans ce fichier.{first}")
    read = found.bad_lines + found.addresses
    if found.bad_lines * 10 > read * BAD_OF_TEN:
        raise NotAnExtract(
            f"Plus d’une ligne sur dix ne se lit pas ({found.bad_lines} sur {read}) : rien n’a été modifié.{first}"
        )
