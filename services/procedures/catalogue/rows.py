"""Rows of the town, its procedures and its agendas: reads and writes, each beside its SQL."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, LiteralString

import orjson

from services.chassis.event_store.db import Connection
from services.procedures.schemas.catalogue import ProcedureVersion, Published
from services.townhall import search_terms
from services.townhall.search_words import Searchable

TOWN_VERSION = """
SELECT version, published_at, EXISTS (SELECT FROM address_file) AS address_file FROM towns ORDER BY version DESC LIMIT 1
"""

CURRENT_TOWN = "SELECT version, document FROM towns ORDER BY version DESC LIMIT 1"

ADD_TOWN = "INSERT INTO towns (version, document, published_at) VALUES (%(version)s, %(document)s, %(now)s)"

CURRENT_AGENDAS = "SELECT DISTINCT ON (slug) slug, version, definition FROM agendas ORDER BY slug, version DESC"

ADDED = "(slug, version, definition, published_at) VALUES (%(slug)s, %(version)s, %(definition)s, %(now)s)"
ADD_AGENDA: LiteralString = f"INSERT INTO agendas {ADDED}"
ADD_DEFINITION: LiteralString = f"INSERT INTO definitions {ADDED}"

CURRENT = """
SELECT c.slug, c.version, c.withdrawn, d.definition
FROM catalogue AS c JOIN definitions AS d ON d.slug = c.slug AND d.version = c.version
"""

ONE_DEFINITION = """
SELECT d.slug, d.version, d.definition, c.version AS current_version, c.withdrawn
FROM catalogue AS c JOIN definitions AS d ON d.slug = c.slug
WHERE c.slug = %(slug)s AND d.version = coalesce(%(version)s::integer, c.version)
"""

SHOW = """
INSERT INTO catalogue (slug, version, withdrawn, place, title, summary, area, area_title, access, featured,
                       fill_time_minutes, appointment, dashboard_tile, search)
VALUES (%(slug)s, %(version)s, false, %(place)s, %(title)s, %(summary)s, %(area)s, %(area_title)s, %(access)s,
        %(featured)s, %(fill_time_minutes)s, %(appointment)s, %(dashboard_tile)s, %(search)s::tsvector)
ON CONFLICT (slug) DO UPDATE SET
    version = excluded.version, withdrawn = false, place = excluded.place, title = excluded.title,
    summary = excluded.summary, area = excluded.area, area_title = excluded.area_title, access = excluded.access,
    featured = excluded.featured, fill_time_minutes = excluded.fill_time_minutes,
    appointment = excluded.appointment, dashboard_tile = excluded.dashboard_tile, search = excluded.search
"""

FORGET_WORDS = "DELETE FROM words WHERE slug = %(slug)s"

ADD_WORDS = """
INSERT INTO words (slug, plain, shown)
SELECT %(slug)s, plain, shown FROM unnest(%(plain)s::text[], %(shown)s::text[]) AS word (plain, shown)
"""

WITHDRAW = """
UPDATE catalogue SET withdrawn = true WHERE slug = %(slug)s AND NOT withdrawn RETURNING version
"""

VERSIONS = """
SELECT (SELECT max(version) FROM towns) AS town,
       (SELECT coalesce(json_object_agg(slug, version), '{}') FROM catalogue WHERE NOT withdrawn) AS procedures,
       (SELECT coalesce(json_object_agg(slug, version), '{}')
        FROM (SELECT slug, max(version) AS version FROM agendas GROUP BY slug) AS newest) AS agendas
"""

PER_AREA = "SELECT area, count(*) AS procedures FROM catalogue WHERE NOT withdrawn GROUP BY area"

MATCHING: LiteralString = """
FROM catalogue
WHERE NOT withdrawn
  AND (%(area)s::text IS NULL OR area = %(area)s)
  AND (%(featured)s::boolean IS NULL OR featured = %(featured)s)
  AND (%(dashboard_tile)s::text IS NULL OR dashboard_tile = %(dashboard_tile)s)
  AND (%(query)s::tsquery IS NULL OR search @@ %(query)s::tsquery)
"""

COUNT_FOUND = f"SELECT count(*) AS total {MATCHING}"

# A word that many procedures have says little of what is meant: each counts for one, shared among those that have it.
FOUND = f"""
WITH asked AS (
    SELECT term::tsquery AS term, 1.0 / count(*) AS worth
    FROM unnest(%(terms)s::text[]) AS term JOIN catalogue ON NOT withdrawn AND search @@ term::tsquery
    GROUP BY term
)
SELECT slug, title, summary, area, area_title, access, featured, fill_time_minutes, appointment, version,
       ts_rank(%(weights)s::real[], search, coalesce(%(query)s::tsquery, '')) AS rank
{MATCHING}
ORDER BY coalesce((SELECT sum(worth) FROM asked WHERE search @@ term), 0) DESC,
         rank DESC, place
LIMIT %(limit)s OFFSET %(offset)s
"""  # noqa: S608 every part is written here

IS_KNOWN = "SELECT 1 FROM catalogue WHERE NOT withdrawn AND search @@ %(query)s::tsquery LIMIT 1"

ALIKE = """
SELECT w.plain, w.shown FROM words AS w JOIN catalogue AS c ON c.slug = w.slug
WHERE NOT c.withdrawn AND similarity(w.plain, %(word)s) >= 0.2
ORDER BY similarity(w.plain, %(word)s) DESC, w.plain LIMIT 50
"""


def town_version(conn: Connection) -> tuple[object, ...]:
    """That of the last town that was published, when, and whether there is an address file."""
    row = conn.execute(TOWN_VERSION).fetchone()
    return tuple(row.values()) if row else ()


def current_town(conn: Connection) -> tuple[int, dict[str, object]] | None:
    """The last town that was published, with its version."""
    row = conn.execute(CURRENT_TOWN).fetchone()
    return (row["version"], orjson.loads(row["document"])) if row else None


def current_definitions(conn: Connection) -> dict[str, tuple[int, bool, str]]:
    """By slug: current version, withdrawn, and definition as stored."""
    return {row["slug"]: (row["version"], row["withdrawn"], row["definition"]) for row in conn.execute(CURRENT)}


def current_agendas(conn: Connection) -> dict[str, tuple[int, str]]:
    """By slug: current version, and definition as stored."""
    return {row["slug"]: (row["version"], row["definition"]) for row in conn.execute(CURRENT_AGENDAS)}


def definition(conn: Connection, slug: str, version: int | None) -> ProcedureVersion | None:
    """A version of a procedure, the current one when none is named; None when there is no such thing."""
    row = conn.execute(ONE_DEFINITION, {"slug": slug, "version": version}).fetchone()
    if row is None:
        return None
    stored = orjson.loads(row.pop("definition"))
    return ProcedureVersion(**row, definition={**stored, "version": row["version"]})


def add_version(
    conn: Connection, statement: LiteralString, slug: str, version: int, stored: str, now: datetime
) -> None:
    """`statement`: ADD_AGENDA or ADD_DEFINITION."""
    conn.execute(statement, {"slug": slug, "version": version, "definition": stored, "now": now})


def show(conn: Connection, version: int, place: int, entry: Mapping[str, Any], found_by: Searchable) -> None:
    """Puts that version of the procedure in the catalogue, at that place, to be found by these words."""
    columns = {name: entry[name] for name in ("slug", "title", "summary", "area", "access", "featured")}
    conn.execute(
        SHOW,
        {
            **columns,
            "version": version,
            "place": place,
            "fill_time_minutes": entry["fill_time_minutes"],
            "area_title": entry["area_details"]["title"],
            "appointment": entry["appointment"]["mode"] != "none",
            "dashboard_tile": entry.get("dashboard_tile"),
            "search": search_terms.vector(conn, found_by),
        },
    )
    conn.execute(FORGET_WORDS, {"slug": entry["slug"]})
    plain, shown = list(found_by.words), list(found_by.words.values())
    conn.execute(ADD_WORDS, {"slug": entry["slug"], "plain": plain, "shown": shown})


def withdraw(conn: Connection, slug: str) -> int:
    """Takes an offered procedure out of the catalogue; the version that was withdrawn."""
    return conn.execute(WITHDRAW, {"slug": slug}).fetchall()[0]["version"]


def versions(conn: Connection) -> Published:
    """Everything that is published at this moment, by slug and version."""
    return Published(**conn.execute(VERSIONS).fetchall()[0])


def procedures_per_area(conn: Connection) -> dict[str, int]:
    return {row["area"]: row["procedures"] for row in conn.execute(PER_AREA)}
