"""Rows of articles, their pictures and partner spaces: reads and writes, each beside its SQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, LiteralString

import orjson

from services.chassis.contracts import from_json
from services.chassis.event_store.db import Connection
from services.chassis.structs import Struct
from services.content.articles.rules import NoSuchItem
from services.content.pictures.rows import SIZES, sized
from services.content.schemas.articles import Article, Articles, Category, FoundArticle
from services.content.schemas.partner_spaces import PartnerSpace
from services.townhall import search_terms, search_words
from services.townhall.differences import dumped

PER_PAGE = 10
FOUND_IN_PASSING = ("body", "organiser", "place", "schedule", "ages")

SAVE_CATEGORY = """
INSERT INTO categories (kind, slug, label, place) VALUES (%(kind)s, %(slug)s, %(label)s, %(place)s)
ON CONFLICT (kind, slug) DO UPDATE SET label = excluded.label, place = excluded.place
"""

KNOWN = "SELECT slug, version, source FROM articles WHERE kind = %(kind)s"

SAVE_ARTICLE = """
INSERT INTO articles (kind, slug, version, category, audience, title, summary, html, details, source, highlighted,
                      place, visible_at, hidden_at)
VALUES (%(kind)s, %(slug)s, %(version)s, %(category)s, %(audience)s, %(title)s, %(summary)s, %(html)s, %(details)s,
        %(source)s, %(highlighted)s, %(place)s, %(visible_at)s, %(hidden_at)s)
ON CONFLICT (kind, slug) DO UPDATE SET
    version = excluded.version, category = excluded.category, audience = excluded.audience, title = excluded.title,
    summary = excluded.summary, html = excluded.html, details = excluded.details, source = excluded.source,
    highlighted = excluded.highlighted, place = excluded.place, visible_at = excluded.visible_at,
    hidden_at = excluded.hidden_at, told = 'nothing', search = NULL
"""

UNREAD = """
SELECT a.kind, a.slug, a.source, c.label
FROM articles AS a JOIN categories AS c ON c.kind = a.kind AND c.slug = a.category
WHERE a.search IS NULL
"""

READ = """
UPDATE articles SET search = %(search)s::tsvector, words_plain = %(plain)s::text[], words_shown = %(shown)s::text[]
WHERE kind = %(kind)s AND slug = %(slug)s
"""

LOWER = "UPDATE articles SET highlighted = false WHERE kind = 'news' AND highlighted"

PUBLISHED = """
UPDATE articles SET told = 'published'
WHERE told = 'nothing' AND visible_at <= %(now)s AND (hidden_at IS NULL OR hidden_at > %(now)s)
RETURNING kind, slug, version, category, audience, highlighted, visible_at, hidden_at
"""

WITHDRAWN = """
UPDATE articles SET told = 'withdrawn' WHERE kind = 'news' AND told = 'published' AND hidden_at <= %(now)s
RETURNING slug, version
"""

# When the next change comes: an article that is not found yet, the facts of PUBLISHED, WITHDRAWN, OPENED and CLOSED.
NEXT_CHANGE = """
SELECT extract(epoch FROM min(at) - %(now)s)::float AS seconds FROM (
    SELECT %(now)s FROM articles WHERE search IS NULL
    UNION ALL
    SELECT visible_at FROM articles WHERE told = 'nothing' AND (hidden_at IS NULL OR hidden_at > %(now)s)
    UNION ALL
    SELECT hidden_at FROM articles WHERE kind = 'news' AND told = 'published'
    UNION ALL
    SELECT opens_at FROM polls WHERE told = 'nothing' AND closes_at > %(now)s
    UNION ALL
    SELECT closes_at FROM polls WHERE told <> 'closed'
) changes (at)
"""

LIVE: LiteralString = "visible_at <= %(now)s AND (hidden_at IS NULL OR hidden_at > %(now)s)"
MAY_KNOW: LiteralString = f"audience = ANY(%(audiences)s) AND {LIVE}"
"""Which articles an actor may know of: every list, count and search asks it of `articles`."""

SHOWN: LiteralString = f"""
a.slug, a.title, a.summary, a.audience, a.highlighted, a.details, a.category, c.label AS category_label,
p.digest AS picture, {SIZES} AS sizes
FROM articles AS a JOIN categories AS c ON c.kind = a.kind AND c.slug = a.category
LEFT JOIN pictures AS p ON p.name = a.details::json ->> 'image'
WHERE a.kind = %(kind)s
"""
LIST: LiteralString = f"""
SELECT {SHOWN} AND {MAY_KNOW} AND (%(category)s::text IS NULL OR a.category = %(category)s)
ORDER BY CASE WHEN a.kind = 'news' THEN a.visible_at END DESC, a.place
LIMIT %(limit)s OFFSET %(offset)s
"""
COUNTS: LiteralString = f"""
SELECT c.slug, c.label, count(a.slug) AS count
FROM categories AS c LEFT JOIN articles AS a ON a.kind = c.kind AND a.category = c.slug AND {MAY_KNOW}
WHERE c.kind = %(kind)s
GROUP BY c.slug, c.label, c.place ORDER BY c.place
"""  # noqa: S608 parts of ours
SLUGS: LiteralString = f"SELECT slug FROM articles WHERE kind = %(kind)s AND {MAY_KNOW}"  # noqa: S608 parts of ours
ONE: LiteralString = f"SELECT a.html, {SHOWN} AND a.slug = %(slug)s AND {LIVE}"
HIGHLIGHTED: LiteralString = f"SELECT a.html, {SHOWN} AND a.highlighted AND {LIVE}"

FOUND: LiteralString = f"""
WITH shown AS (
    SELECT kind, slug, title, summary, audience, category, place, search
    FROM articles
    WHERE search IS NOT NULL AND {MAY_KNOW}
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
"""  # noqa: S608 parts of ours
IS_KNOWN: LiteralString = f"SELECT 1 FROM articles WHERE search @@ %(query)s::tsquery AND {MAY_KNOW} LIMIT 1"  # noqa: S608 parts of ours
ALIKE: LiteralString = f"""
SELECT DISTINCT w.plain, w.shown, similarity(w.plain, %(word)s) AS likeness
FROM articles CROSS JOIN unnest(words_plain, words_shown) AS w (plain, shown)
WHERE {MAY_KNOW} AND similarity(w.plain, %(word)s) >= 0.2
ORDER BY likeness DESC, w.plain LIMIT 50
"""  # noqa: S608 parts of ours

SAVE_SPACE = """
INSERT INTO partner_spaces (slug, place, space) VALUES (%(slug)s, %(place)s, %(space)s)
ON CONFLICT (slug) DO UPDATE SET place = excluded.place, space = excluded.space
"""

SPACE_TITLE = "SELECT space::json ->> 'title' AS title FROM partner_spaces WHERE slug = %(slug)s"

SPACES = "SELECT slug, space FROM partner_spaces ORDER BY place, slug"

OPENED_NEWS = "SELECT sealed FROM news_read WHERE account_id = %(account)s"
SAVE_OPENED_NEWS = """
INSERT INTO news_read (account_id, sealed) VALUES (%(account)s, %(sealed)s)
ON CONFLICT (account_id) DO UPDATE SET sealed = excluded.sealed
"""
TITLES = "SELECT title FROM articles WHERE kind = 'news' AND slug = ANY(%(slugs)s) ORDER BY title"
FORGET_OPENED_NEWS = "DELETE FROM news_read WHERE account_id = %(account)s"


class Space(Struct):
    """A partner space with the partner's own addresses."""

    shown: PartnerSpace
    landing_url: str
    success_marker: str = ""
    failure_marker: str = ""
    hidden: dict[str, str]


def save_categories(conn: Connection, kind: str, files: Mapping[str, Any]) -> None:
    for place, category in enumerate(files[kind]["categories"]):
        conn.execute(SAVE_CATEGORY, {"kind": kind, "place": place, **category})


def known_articles(conn: Connection, kind: str) -> dict[str, tuple[int, str]]:
    """By slug: version, and the entry as it was last imported."""
    return {row["slug"]: (row["version"], row["source"]) for row in conn.execute(KNOWN, {"kind": kind})}


def save_article(conn: Connection, row: Mapping[str, object]) -> None:
    """Writes a new version; one that becomes highlighted takes the place of the one that was."""
    if row["highlighted"]:
        conn.execute(LOWER)
    conn.execute(SAVE_ARTICLE, row)


def let_be_found(conn: Connection) -> None:
    """Reads what can be found of the articles that have not been read since they were written."""
    for row in conn.execute(UNREAD).fetchall():
        entry = orjson.loads(row["source"])
        found_by = search_words.searchable(
            name=entry["title"],
            keywords=[*entry.get("keywords", ()), row["label"]],
            summary=entry["summary"],
            rest=[entry[name] for name in FOUND_IN_PASSING if name in entry],
        )
        written = {"plain": list(found_by.words), "shown": list(found_by.words.values())}
        search = search_terms.vector(conn, found_by)
        conn.execute(READ, {"kind": row["kind"], "slug": row["slug"], "search": search, **written})


def next_change_in(conn: Connection, now: datetime) -> float | None:
    """In how many seconds there is something to publish, 0 where there is now; None where nothing is to come."""
    [row] = conn.execute(NEXT_CHANGE, {"now": now}).fetchall()
    return None if row["seconds"] is None else max(0.0, row["seconds"])


def list_articles(
    conn: Connection,
    kind: str,
    audiences: Sequence[str],
    now: datetime,
    *,
    category: str | None = None,
    page: int = 1,
    per_page: int = PER_PAGE,
) -> list[Article]:
    params = {"kind": kind, "audiences": list(audiences), "now": now, "category": category}
    rows = conn.execute(LIST, {**params, "limit": per_page, "offset": (page - 1) * per_page})
    return [_shown(row) for row in rows]


def counts(conn: Connection, kind: str, audiences: Sequence[str], now: datetime) -> tuple[Category, ...]:
    """The categories in order, each with the number of articles that these audiences may read."""
    rows = conn.execute(COUNTS, {"kind": kind, "audiences": list(audiences), "now": now})
    return tuple(Category(**row) for row in rows)


def page_of(
    conn: Connection, kind: str, audiences: Sequence[str], now: datetime, category: str | None, page: int
) -> Articles:
    """A page of what these audiences may read, of all categories unless one is named; NoSuchItem for an unknown category."""
    categories = counts(conn, kind, audiences, now)
    if category is not None and all(one.slug != category for one in categories):
        raise NoSuchItem
    total = sum(one.count for one in categories if category in (None, one.slug))
    return Articles(
        items=tuple(list_articles(conn, kind, audiences, now, category=category, page=page)),
        total=total,
        page=page,
        pages=max(1, -(-total // PER_PAGE)),
        categories=categories,
    )


def slugs(conn: Connection, kind: str, audiences: Sequence[str], now: datetime) -> set[str]:
    """Which articles these audiences may read."""
    rows = conn.execute(SLUGS, {"kind": kind, "audiences": list(audiences), "now": now})
    return {row["slug"] for row in rows}


def article(conn: Connection, kind: str, slug: str, now: datetime) -> Article:
    """An article that can be read at that instant, for any audience; raises NoSuchItem."""
    row = conn.execute(ONE, {"kind": kind, "slug": slug, "now": now}).fetchone()
    if row is None:
        raise NoSuchItem
    return _shown(row)


def highlighted(conn: Connection, now: datetime) -> Article | None:
    """The news that is put forward at that instant, if any."""
    row = conn.execute(HIGHLIGHTED, {"kind": "news", "now": now}).fetchone()
    return _shown(row) if row else None


def found(conn: Connection, words: Mapping[str, object]) -> tuple[tuple[FoundArticle, ...], int]:
    """The first of the articles that have these words, and how many have them."""
    rows = conn.execute(FOUND, words).fetchall()
    return from_json(tuple[FoundArticle, ...], rows), rows[0]["total"] if rows else 0


def save_space(conn: Connection, space: Mapping[str, Any]) -> None:
    conn.execute(SAVE_SPACE, {"slug": space["slug"], "place": space["order"], "space": dumped(space)})


def space_title(conn: Connection, slug: str) -> str | None:
    row = conn.execute(SPACE_TITLE, {"slug": slug}).fetchone()
    return row["title"] if row else None


def known_spaces(conn: Connection) -> dict[str, str]:
    """By slug, in the town's order: the entry as it was last imported."""
    return {row["slug"]: row["space"] for row in conn.execute(SPACES)}


def partner_spaces(conn: Connection) -> list[Space]:
    return [_space(orjson.loads(stored)) for stored in known_spaces(conn).values()]


def _space(entry: dict[str, Any]) -> Space:
    connection, form = entry["connection"], entry["form"]
    fields = [field for field in form["fields"] if field.get("stored", True)]
    shown = {**entry, **connection, "url": connection["login_url"], "fields": fields}
    return from_json(Space, {**connection, "hidden": form["hidden"], "shown": shown})


def _shown(row: Mapping[str, Any]) -> Article:
    category = {"slug": row["category"], "label": row["category_label"]}
    return from_json(Article, {**row, **sized(row["sizes"]), "category": category, **orjson.loads(row["details"])})
