"""Finding what the town publishes, of each kind at once, by the words of who looks for it. Read only."""

from collections.abc import Sequence
from datetime import datetime
from typing import LiteralString

from services.chassis.contracts import from_json
from services.chassis.event_store.db import Rows
from services.content.articles.rows import MAY_KNOW
from services.content.schemas.articles import FoundArticles
from services.townhall import search_terms

LIST: LiteralString = (
    """
WITH shown AS (
    SELECT kind, slug, title, summary, audience, category, place, search
    FROM articles
    WHERE search IS NOT NULL AND """  # noqa: S608 every part is written here
    + MAY_KNOW
    + """
), asked AS (
    SELECT term::tsquery AS term, 1.0 / count(*) AS worth
    FROM unnest(%(terms)s::text[]) AS term JOIN shown ON search @@ term::tsquery
    GROUP BY term
)
SELECT s.kind, s.slug, s.title, s.summary, s.audience, c.label AS category_label,
       ts_rank(%(weights)s::real[], s.search, %(query)s::tsquery) AS rank, count(*) OVER () AS total
FROM shown AS s JOIN categories AS c ON c.kind = s.kind AND c.slug = s.category
WHERE s.search @@ %(query)s::tsquery
ORDER BY coalesce((SELECT sum(worth) FROM asked WHERE s.search @@ term), 0) DESC, rank DESC, s.kind DESC, s.place
LIMIT %(limit)s
"""
)

IS_KNOWN: LiteralString = (
    """
SELECT 1 FROM articles
WHERE search @@ %(query)s::tsquery AND """
    + MAY_KNOW
    + """
LIMIT 1
"""
)

ALIKE: LiteralString = (
    """
SELECT DISTINCT w.plain, w.shown, similarity(w.plain, %(word)s) AS likeness
FROM articles CROSS JOIN unnest(words_plain, words_shown) AS w (plain, shown)
WHERE """
    + MAY_KNOW
    + """
  AND similarity(w.plain, %(word)s) >= 0.2
ORDER BY likeness DESC, w.plain LIMIT 50
"""
)


def find(conn: Rows, q: str, audiences: Sequence[str], now: datetime, limit: int) -> FoundArticles:
    """The best matches among what these audiences may read, a `suggestion` when a word had to be read otherwise;
    `partial` where nothing has every word."""
    among = {"audiences": list(audiences), "now": now}
    terms, suggestion = search_terms.read(conn, q, known=IS_KNOWN, alike=ALIKE, among=among)
    for attempt in search_terms.attempts(terms) if terms else ():
        rows = conn.execute(LIST, {**among, **attempt, "limit": limit}).fetchall()
        if rows:
            total = rows[0]["total"]
            found = {"items": rows, "total": total, "partial": attempt["partial"], "suggestion": suggestion}
            return from_json(FoundArticles, found)
    return FoundArticles(items=(), total=0, partial=False, suggestion=suggestion)
