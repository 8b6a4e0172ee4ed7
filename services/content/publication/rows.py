"""What the town's files say, as rows; and what has become public, or no longer is, as facts."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from services.chassis.contracts import from_json
from services.chassis.event_store.db import Connection
from services.chassis.event_store.events import Event
from services.content.articles import rows
from services.content.polls import rows as poll_rows
from services.content.polls.events import PollClosed, PollOpened
from services.content.publication import dates
from services.content.publication.events import ActivityPublished, PracticalInfoPublished
from services.content.publication.files import listed
from services.content.publication.rendering import render
from services.content.schemas.facts import NewsPublished, NewsWithdrawn
from services.townhall.differences import dumped
from services.townhall.town_time import iso, local_day

Document = dict[str, Any]

COLUMNS = ("slug", "title", "category", "audience", "summary", "body", "highlighted", "keywords")
DAYS = ("published", "expires", "starts", "ends", "updated")


def entries(files: Mapping[str, Any], kind: str) -> dict[str, Document]:
    """By slug, in the order of the file; none of one that is not given."""
    return {entry["slug"]: entry for entry in listed(files, kind)} if kind in files else {}


def article(kind: str, entry: Document, version: int, place: int, now: datetime) -> dict[str, object]:
    today = local_day(now)
    last = entry.get("expires") or entry.get("ends")
    details = {name: value for name, value in entry.items() if name not in COLUMNS}
    details |= {name: iso(dates.starts(entry[name], today)) for name in DAYS if name in entry}
    return {
        **{name: entry[name] for name in ("slug", "title", "category", "audience", "summary")},
        "kind": kind,
        "version": version,
        "place": place,
        "html": render(entry["body"]),
        "details": dumped(details),
        "source": dumped(entry),
        "highlighted": entry.get("highlighted", False),
        "visible_at": dates.starts(entry["published"], today) if "published" in entry else now,
        "hidden_at": dates.ends(last, today) if last else None,
    }


def poll(entry: Document, today: date) -> dict[str, object]:
    counts = dict(entry.get("demo_results", {}))  # of a poll that was answered elsewhere, on paper for instance
    tally = {"answers": counts.pop("answers", 0), "counts": counts, "texts": {}}
    return {
        "slug": entry["slug"],
        "audience": entry["audience"],
        "intro": render(entry["intro"]),
        "poll": dumped({name: entry[name] for name in entry if name not in ("intro", "demo_results")}),
        "source": dumped(entry),
        "opens_at": dates.starts(entry["opens"], today),
        "closes_at": dates.ends(entry["closes"], today),
        "tally": dumped(tally),
    }


def new_facts(conn: Connection, now: datetime) -> Iterator[tuple[str, Event]]:
    """What can be read, answered, or no longer, since this was asked last: each fact with its stream."""
    at = {"now": now}
    for row in conn.execute(rows.PUBLISHED, at).fetchall():
        yield f"{row['kind']}-{row['slug']}", _published(row)
    for row in conn.execute(rows.WITHDRAWN, at).fetchall():
        yield f"news-{row['slug']}", NewsWithdrawn(**row, reason="expired")
    for row in conn.execute(poll_rows.OPENED, at).fetchall():
        opened = PollOpened(slug=row["slug"], audience=row["audience"], closes_at=iso(row["closes_at"]))
        yield f"poll-{row['slug']}", opened
    for row in conn.execute(poll_rows.CLOSED, at).fetchall():
        yield f"poll-{row['slug']}", PollClosed(**row)


def _published(row: Document) -> NewsPublished | ActivityPublished | PracticalInfoPublished:
    if row["kind"] == "news":
        expires_at = iso(row["hidden_at"]) if row["hidden_at"] else None
        return from_json(NewsPublished, row | {"published_at": iso(row["visible_at"]), "expires_at": expires_at})
    return from_json(ActivityPublished if row["kind"] == "activities" else PracticalInfoPublished, row)
