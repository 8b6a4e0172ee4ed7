"""What people type as what PostgreSQL looks for, in rows that have a `search` and words that may be misspelt. Read only."""

from collections.abc import Iterator, Mapping
from typing import LiteralString

from services.chassis.event_store.db import Connection, fetch_all
from services.townhall.search_words import MOST_WORDS, SHORTEST, STOP_WORDS, Searchable, nearest, words

WEIGHTS = "{0.05, 0.2, 0.5, 1.0}"
"""What a word is worth in the rest, the summary, the keywords and the name: the same in every service, so that what they
find can be put in one order."""

VECTOR = """
SELECT (setweight(to_tsvector('french', %(name)s), 'A') || setweight(to_tsvector('french', %(keywords)s), 'B')
     || setweight(to_tsvector('french', %(summary)s), 'C') || setweight(to_tsvector('french', %(rest)s), 'D'))::text AS vector
"""

QUERY_OF_WORD = "SELECT plainto_tsquery('french', %(word)s)::text AS query"


def vector(conn: Connection, found_by: Searchable) -> str:
    """The `search` of a row that is found by these texts."""
    texts = {name: getattr(found_by, name) for name in ("name", "keywords", "summary", "rest")}
    return fetch_all(conn, dict[str, str], VECTOR, texts)[0]["vector"]


def read(
    conn: Connection, q: str, *, known: LiteralString, alike: LiteralString, among: Mapping[str, object] | None = None
) -> tuple[list[str], str | None]:
    """The words asked for, as parts of a query (none for stop words), and the words as they were read.

    `known` finds a row that answers `%(query)s`; `alike`, the words, `plain` and `shown`, that are like `%(word)s`:
    both of the rows that the asker may know, which `among` says.
    """
    terms, read_as, mended, limits = list[str](), list[str](), False, among or {}
    for word in words(q)[:MOST_WORDS]:
        term, shown = "" if word in STOP_WORDS else _query_of(conn, word), word
        if len(word) >= SHORTEST and term and conn.execute(known, {**limits, "query": term}).fetchone() is None:
            found = fetch_all(conn, dict[str, str], alike, {**limits, "word": word})
            meant_by = {row["plain"]: row["shown"] for row in found}
            meant = nearest(word, meant_by)
            if meant is not None:
                term, shown, mended = _query_of(conn, meant), meant_by[meant], True
        terms.extend([term] if term else [])
        read_as.append(shown)
    return terms, " ".join(read_as) if mended else None


def attempts(terms: list[str]) -> Iterator[dict[str, object]]:
    """What is looked for until something is found: rows that have every word; then (`partial`) those that have some of
    them in their name or their keywords: a word in passing, in a summary or a text, makes no row the one meant."""
    yield {"query": " & ".join(terms) or None, "terms": [], "partial": False, "weights": WEIGHTS}
    if terms:
        telling = [f"{term}:AB" for term in terms]
        yield {"query": " | ".join(telling), "terms": telling, "partial": True, "weights": WEIGHTS}


def _query_of(conn: Connection, word: str) -> str:
    return fetch_all(conn, dict[str, str], QUERY_OF_WORD, {"word": word})[0]["query"]
