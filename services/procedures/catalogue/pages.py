"""The catalogue: what may be asked, by service area or by the words of who looks for it. Read only."""

from typing import Any

from services.chassis.event_store.db import Rows
from services.procedures.schemas.catalogue import SearchCatalogue
from services.townhall import search_terms

# A word that many procedures have says little of what is meant: each counts for one, shared among those that have it.
LIST = """
WITH asked AS (
    SELECT term::tsquery AS term, 1.0 / count(*) AS worth
    FROM unnest(%(terms)s::text[]) AS term JOIN catalogue ON NOT withdrawn AND search @@ term::tsquery
    GROUP BY term
)
SELECT slug, title, summary, area, area_title, access, featured, fill_time_minutes, appointment, version,
       ts_rank(%(weights)s::real[], search, coalesce(%(query)s::tsquery, '')) AS rank
FROM catalogue
WHERE NOT withdrawn
  AND (%(area)s::text IS NULL OR area = %(area)s)
  AND (%(featured)s::boolean IS NULL OR featured = %(featured)s)
  AND (%(dashboard_tile)s::text IS NULL OR dashboard_tile = %(dashboard_tile)s)
  AND (%(query)s::tsquery IS NULL OR search @@ %(query)s::tsquery)
ORDER BY coalesce((SELECT sum(worth) FROM asked WHERE search @@ term), 0) DESC,
         rank DESC, place
LIMIT %(limit)s OFFSET %(offset)s
"""

COUNT = """
SELECT count(*) AS total
FROM catalogue
WHERE NOT withdrawn
  AND (%(area)s::text IS NULL OR area = %(area)s)
  AND (%(featured)s::boolean IS NULL OR featured = %(featured)s)
  AND (%(dashboard_tile)s::text IS NULL OR dashboard_tile = %(dashboard_tile)s)
  AND (%(query)s::tsquery IS NULL OR search @@ %(query)s::tsquery)
"""

IS_KNOWN = "SELECT 1 FROM catalogue WHERE NOT withdrawn AND search @@ %(query)s::tsquery LIMIT 1"

ALIKE = """
SELECT w.plain, w.shown FROM words AS w JOIN catalogue AS c ON c.slug = w.slug
WHERE NOT c.withdrawn AND similarity(w.plain, %(word)s) >= 0.2
ORDER BY similarity(w.plain, %(word)s) DESC, w.plain LIMIT 50
"""


def page(conn: Rows, asked: SearchCatalogue) -> dict[str, Any]:
    """A page of the catalogue, the best matches first, and a `suggestion` when a word had to be read otherwise.

    Where no procedure has every word, `partial` ones are shown: those that have some of them in their name, their
    keywords or their area.
    """
    terms, suggestion = search_terms.read(conn, asked.q, known=IS_KNOWN, alike=ALIKE)
    filters = {"area": asked.area, "featured": asked.featured, "dashboard_tile": asked.dashboard_tile}
    filters |= {"limit": asked.per_page, "offset": (asked.page - 1) * asked.per_page}
    told = {"page": asked.page, "per_page": asked.per_page, "suggestion": suggestion}
    if (
        asked.q.strip() and not terms
    ):  # only signs, or words that say nothing (le, de, pour): there is nothing to look for
        return {"items": [], "total": 0, "partial": False, **told}
    for attempt in search_terms.attempts(terms):
        total = conn.execute(COUNT, {**filters, **attempt}).fetchall()[0]["total"]
        if total:
            items = conn.execute(LIST, {**filters, **attempt}).fetchall()
            return {"items": items, "total": total, "partial": attempt["partial"], **told}
    return {"items": [], "total": 0, "partial": False, **told}
