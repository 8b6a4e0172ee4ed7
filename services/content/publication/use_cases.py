"""The import of the town’s contents, and the facts about them: one function and one transaction each."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from services.chassis.errors import Forbidden
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.content.articles import pictures, rows
from services.content.polls import rows as poll_rows, rules as ballots
from services.content.polls.events import PollClosed, PollOpened
from services.content.publication import coherence, dates
from services.content.publication.dates import iso
from services.content.publication.events import ActivityPublished, NewsPublished, NewsWithdrawn, PracticalInfoPublished
from services.content.publication.rendering import render
from services.content.schemas.files import CheckContent, ContentFiles, ImportContent
from services.townhall.differences import differences, dumped
from services.townhall.town_time import local_day
from services.townhall.typography import typeset_document

ARTICLES = ("news", "activities", "practical_info")
COLUMNS = ("slug", "title", "category", "audience", "summary", "body", "highlighted", "keywords")
DAYS = ("published", "expires", "starts", "ends", "updated")
CALENDAR = "calendar"
"""The signal of a commit that changed what is to be published, and when."""


class NotAnEditor(Forbidden):
    message = "Seule une personne chargée de la publication peut modifier les contenus."


RIGHTS = {
    "news": "manage_news",
    "activities": "manage_activities",
    "practical_info": "manage_practical_info",
    "polls": "manage_polls",
    "partner_spaces": "manage_settings",
    "images": "manage_news",
}


def check_content(tx: Transaction, _: Settings, asked: CheckContent) -> dict[str, Any]:
    """Raises what `import_content` would refuse of these files, else answers what it would change; nothing is kept of them."""
    documents = _files_of(tx, asked)
    known = {kind: {slug: text for slug, (_, text) in rows.known_articles(tx.conn, kind).items()} for kind in ARTICLES}
    known["polls"] = poll_rows.known_polls(tx.conn)
    known["partner_spaces"] = {space["slug"]: dumped(space) for space in rows.partner_spaces(tx.conn)}
    return {"changes": {kind: differences(known[kind], documents.get(kind, {}).get(kind, ())) for kind in known}}


def import_content(tx: Transaction, _: Settings, asked: ImportContent) -> dict[str, Any]:
    """Publishes what is new or changed in the files given, or raises ImportRefused and keeps nothing of it.

    Texts are published with the spaces of French punctuation. Relative days count from today; an entry that is written as it was keeps the days of its first import.
    """
    documents = _files_of(tx, asked)
    tx.lock("content-import")  # one import at a time: the next one compares with what this one published
    changed = {kind: _import_articles(tx, kind, documents[kind]) for kind in ARTICLES if kind in documents}
    if "polls" in documents:
        changed["polls"] = _import_polls(tx, documents["polls"]["polls"])
    pictures.save(tx.conn, documents.get("images", {}))
    for space in documents.get("partner_spaces", {}).get("partner_spaces", ()):
        rows.save_space(tx.conn, space)
    tell(tx)
    tx.wake(CALENDAR)
    return {"published": changed}


def tell(tx: Transaction) -> None:
    """Publishes the facts of what can be read, answered, or no longer, since the last turn, each once; and lets it be found."""
    rows.let_be_found(tx.conn)
    now = {"now": tx.now}
    for row in tx.conn.execute(rows.PUBLISHED, now).fetchall():
        tx.append(f"{row['kind']}-{row['slug']}", [_published(row)])
    for row in tx.conn.execute(rows.WITHDRAWN, now).fetchall():
        tx.append(f"news-{row['slug']}", [NewsWithdrawn(**row, reason="expired")])
    for row in tx.conn.execute(poll_rows.OPENED, now).fetchall():
        opened = PollOpened(slug=row["slug"], audience=row["audience"], closes_at=iso(row["closes_at"]))
        tx.append(f"poll-{row['slug']}", [opened])
    for row in tx.conn.execute(poll_rows.CLOSED, now).fetchall():
        tx.append(f"poll-{row['slug']}", [PollClosed(**row)])
    tx.conn.execute(poll_rows.FORGET_ADDRESSES, now)


def _import_articles(tx: Transaction, kind: str, document: Mapping[str, Any]) -> list[str]:
    rows.save_categories(tx.conn, kind, document["categories"])
    known, changed = rows.known_articles(tx.conn, kind), []
    for place, entry in enumerate(document[kind]):
        version, before = known.get(entry["slug"], (0, ""))
        if dumped(entry) == before:
            continue
        rows.save_article(tx.conn, _article(kind, entry, version + 1, place, tx.now))
        changed.append(entry["slug"])
    return changed


def _article(kind: str, entry: Mapping[str, Any], version: int, place: int, now: datetime) -> dict[str, Any]:
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


def _import_polls(tx: Transaction, entries: list[dict[str, Any]]) -> list[str]:
    known, today, changed = poll_rows.known_polls(tx.conn), local_day(tx.now), []
    for entry in entries:
        source = dumped(entry)
        if known.get(entry["slug"]) == source:
            continue
        tx.conn.execute(
            poll_rows.SAVE,
            {
                "slug": entry["slug"],
                "audience": entry["audience"],
                "intro": render(entry["intro"]),
                "poll": dumped({name: entry[name] for name in entry if name not in ("intro", "demo_results")}),
                "source": source,
                "opens_at": dates.starts(entry["opens"], today),
                "closes_at": dates.ends(entry["closes"], today),
                "tally": dumped(_first_tally(entry)),
            },
        )
        changed.append(entry["slug"])
    return changed


def _first_tally(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Counts that come with a poll which was answered elsewhere, on paper for instance."""
    given = dict(entry.get("demo_results", {}))
    return {**ballots.empty_tally(), "answers": given.pop("answers", 0), "counts": given}


def _published(row: Mapping[str, Any]) -> NewsPublished | ActivityPublished | PracticalInfoPublished:
    common = {name: row[name] for name in ("slug", "version", "category", "audience")}
    if row["kind"] == "news":
        return NewsPublished(
            **common,
            highlighted=row["highlighted"],
            published_at=iso(row["visible_at"]),
            expires_at=iso(row["hidden_at"]) if row["hidden_at"] else None,
        )
    return (ActivityPublished if row["kind"] == "activities" else PracticalInfoPublished)(**common)


def _files_of(tx: Transaction, asked: ContentFiles) -> dict[str, Any]:
    """The files that are given, by name, with the spaces of French punctuation. Raises NotAnEditor and ImportRefused.

    Who publishes has the right to each of these contents; our own command has them all.
    """
    documents = {one.name: part for one in fields(asked) if (part := getattr(asked, one.name)) is not None}
    needed, actor = {right for kind, right in RIGHTS.items() if kind in documents}, tx.actor
    if actor is None or not (actor.kind == "system" or (actor.kind == "agent" and needed.issubset(actor.permissions))):
        raise NotAnEditor
    coherence.check(documents)
    return typeset_document(documents)
