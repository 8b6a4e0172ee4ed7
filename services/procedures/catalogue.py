"""The catalogue: what may be asked, by service area or by the words of who looks for it. Read only."""

from typing import Any

from services.chassis.db import Rows
from services.procedures.search import MOST_WORDS, nearest, words

LIST = """
SELECT slug, title, summary, area, area_title, access, featured, fill_time_minutes, appointment, version
FROM catalogue
WHERE NOT withdrawn
  AND (%(area)s::text IS NULL OR area = %(area)s)
  AND (%(featured)s::boolean IS NULL OR featured = %(featured)s)
  AND (%(query)s::tsquery IS NULL OR search @@ %(query)s::tsquery)
ORDER BY ts_rank('{0.05, 0.2, 0.5, 1.0}', search, coalesce(%(query)s::tsquery, '')) DESC, place
LIMIT %(limit)s OFFSET %(offset)s
"""

COUNT = """
SELECT count(*) AS total
FROM catalogue
WHERE NOT withdrawn
  AND (%(area)s::text IS NULL OR area = %(area)s)
  AND (%(featured)s::boolean IS NULL OR featured = %(featured)s)
  AND (%(query)s::tsquery IS NULL OR search @@ %(query)s::tsquery)
"""

QUERY_OF_WORD = "SELECT plainto_tsquery('french', %(word)s)::text AS query"

IS_KNOWN = "SELECT 1 FROM catalogue WHERE NOT withdrawn AND search @@ %(query)s::tsquery LIMIT 1"

ALIKE = """
SELECT w.plain, w.shown FROM words AS w JOIN catalogue AS c ON c.slug = w.slug
WHERE NOT c.withdrawn AND similarity(w.plain, %(word)s) >= 0.2
ORDER BY similarity(w.plain, %(word)s) DESC, w.plain LIMIT 50
"""


def page(
    conn: Rows, *, q: str = "", area: str | None = None, featured: bool | None = None, page: int = 1, per_page: int = 20
) -> dict[str, Any]:
    """A page of the catalogue, the best matches first, and a `suggestion` when a word had to be read otherwise.

    Every word must be found; where none of the procedures has them all, those that have some are shown.
    """
    terms, suggestion = _terms(conn, q)
    filters = {"area": area, "featured": featured, "limit": per_page, "offset": (page - 1) * per_page}
    items, total = [], 0
    for joined in dict.fromkeys((" & ".join(terms), " | ".join(terms))):
        # Only signs, or words that say nothing (le, de, pour): there is nothing to look for, so nothing is found.
        if total or (q.strip() and not joined):
            break
        params = {**filters, "query": joined or None}
        total = conn.execute(COUNT, params).fetchall()[0]["total"]
        items = conn.execute(LIST, params).fetchall()
    return {"items": items, "total": total, "page": page, "per_page": per_page, "suggestion": suggestion}


def _terms(conn: Rows, q: str) -> tuple[list[str], str | None]:
    """The words asked for, as parts of a query (none for words that say nothing), and the words as they were read."""
    terms, read, mended = [], [], False
    for word in words(q)[:MOST_WORDS]:
        term, shown = _query_of(conn, word), word
        if term and conn.execute(IS_KNOWN, {"query": term}).fetchone() is None:
            alike = {row["plain"]: row["shown"] for row in conn.execute(ALIKE, {"word": word})}
            meant = nearest(word, alike)
            if meant is not None:
                term, shown, mended = _query_of(conn, meant), alike[meant], True
        terms.extend([term] if term else [])
        read.append(shown)
    return terms, " ".join(read) if mended else None


def _query_of(conn: Rows, word: str) -> str:
    return conn.execute(QUERY_OF_WORD, {"word": word}).fetchall()[0]["query"]
