"""What a reader of the rows without a key can read: the text of a row, and the bytes that it prints in hexadecimal."""

from collections.abc import Iterable, Iterator

from psycopg import sql

from services.chassis.event_store.db import Connection

TABLES = "SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname"


def in_clear(conn: Connection, *words: str) -> list[tuple[str, str]]:
    """Each table of the database in which one of the words lies open, with that word."""
    return [(name, word) for name, text in tables(conn) for word in words if shows(text, word)]


def tables(conn: Connection) -> Iterator[tuple[str, bytes]]:
    """Every table by its name, with all its rows as text."""
    for table in conn.execute(TABLES).fetchall():
        query = sql.SQL("SELECT t::text AS row FROM {} t").format(sql.Identifier(table["name"]))
        yield table["name"], "\n".join(row["row"] for row in conn.execute(query)).encode()


def rows_of(conn: Connection, names: Iterable[str], *, but: str = "") -> dict[str, list[str]]:
    """The rows of each of these tables as text, sorted; without the column `but`."""
    found = {name: conn.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(name))).fetchall() for name in names}
    return {
        name: sorted(str({column: value for column, value in row.items() if column != but}) for row in rows)
        for name, rows in found.items()
    }


def shows(text: bytes, word: str) -> bool:
    """Whether the word is there, in whatever case, or a column of bytes that holds it as it was typed or in small letters."""
    if word.lower().encode() in text.lower():
        return True
    return any(form.encode().hex().encode() in text for form in (word, word.lower()))
