"""What content answers, to each as much as they may know: visitors never learn of what is for account holders. Read only."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.chassis.actors import Actor
from services.chassis.contracts import from_json
from services.chassis.event_store.db import Rows
from services.content.articles import rows as store
from services.content.articles import rules as readers
from services.content.polls import rows as poll_store
from services.content.polls import rules as ballots
from services.content.publication.dates import iso
from services.content.reading import lookup
from services.content.schemas import articles as shown
from services.content.schemas.polls import Poll, PollResults, Polls, PollShown

HOME_NEWS = 3


def home(conn: Rows, actor: Actor, now: datetime) -> shown.Home:
    """The latest news that the actor may read; for account holders, the highlighted one and how many are theirs alone."""
    audiences = readers.audiences(actor)
    news = tuple(store.list_articles(conn, "news", audiences, now, per_page=HOME_NEWS))
    if "account" not in audiences:
        return shown.Home(news=news)
    slug = store.highlighted(conn, now)
    return shown.Home(
        news=news,
        highlighted=store.article(conn, "news", slug, now) if slug else None,
        private_news=sum(row["items"] for row in store.counts(conn, "news", ("account",), now)),
    )


def articles(conn: Rows, kind: str, asked: shown.ListArticles, actor: Actor, now: datetime) -> shown.Articles:
    """A page of articles, all categories unless one is named; `audience` narrows to public or to account-only ones."""
    audiences = readers.audiences(actor)
    if (only := asked.audience) is not None:
        readers.require(actor, only)
        audiences = (only,)
    counts = store.counts(conn, kind, audiences, now)
    category, page = asked.category, asked.page
    if category is not None and all(row["slug"] != category for row in counts):
        raise readers.NoSuchItem
    total = sum(row["items"] for row in counts if category in (None, row["slug"]))
    return shown.Articles(
        items=tuple(store.list_articles(conn, kind, audiences, now, category=category, page=page)),
        total=total,
        page=page,
        pages=max(1, -(-total // store.PER_PAGE)),
        categories=tuple(shown.Category(slug=row["slug"], label=row["label"], count=row["items"]) for row in counts),
    )


def article(conn: Rows, kind: str, slug: str, actor: Actor, now: datetime) -> dict[str, Any]:
    """One article with its text as HTML, and the title of the other space that it leads to; raises NoSuchItem, or AccountRequired without a word of it."""
    found = store.article(conn, kind, slug, now)
    if found is None:
        raise readers.NoSuchItem
    readers.require(actor, found["audience"])
    if space := found.get("related_partner_space"):
        found["partner_space_title"] = store.space_title(conn, space)
    return found


def find(conn: Rows, asked: shown.FindArticles, actor: Actor, now: datetime) -> shown.FoundArticles:
    """What the actor may read of news, activities and practical information that answers these words, the best first."""
    return lookup.find(conn, asked.q, readers.audiences(actor), now, asked.limit)


def polls(conn: Rows, actor: Actor, now: datetime, key: bytes, browser: str = "") -> Polls:
    """The polls that have opened and that the actor may see, open ones first."""
    found = poll_store.list_polls(conn, readers.audiences(actor), now)
    answered = _answered(conn, [row["slug"] for row in found], actor, key, browser)
    return Polls(items=tuple(PollShown(**_listed(row, now, answered.get(row["slug"]))) for row in found))


def poll(conn: Rows, slug: str, actor: Actor, now: datetime, key: bytes, browser: str = "") -> Poll:
    """A poll with its questions, and its results where this person may see them."""
    row = poll_store.poll(conn, slug, now)
    if row is None:
        raise readers.NoSuchItem
    readers.require(actor, row["audience"])
    answered = _answered(conn, [slug], actor, key, browser).get(slug)
    setting, tally, closed = row["poll"], row["tally"], row["closes_at"] <= now
    visible = ballots.results_visible(setting, tally, answered=answered is not None, closed=closed)
    return Poll(
        **_listed(row, now, answered),
        questions=tuple(setting["questions"]),
        anonymous=setting["anonymous"],
        one_answer_per=setting["one_answer_per"],
        results_setting=setting["results"],
        results=from_json(PollResults, ballots.results(setting["questions"], tally)) if visible else None,
    )


def _answered(conn: Rows, slugs: Sequence[str], actor: Actor, key: bytes, browser: str) -> dict[str, str]:
    """By whom each poll was answered: the actor (`self`), or another one in the same browser (`browser`)."""
    if not readers.is_voter(actor):
        return {}
    voters = {slug: readers.voter(actor, slug, key, browser) for slug in slugs}
    found = poll_store.answered(conn, {slug: who.all for slug, who in voters.items()})
    return {slug: "self" if marks & voters[slug].own else "browser" for slug, marks in found.items()}


def _listed(row: Mapping[str, Any], now: datetime, answered_by: str | None) -> dict[str, Any]:
    return {
        "slug": row["slug"],
        "title": row["poll"]["title"],
        "intro": row["intro"],
        "audience": row["audience"],
        "opens_at": iso(row["opens_at"]),
        "closes_at": iso(row["closes_at"]),
        "state": "closed" if row["closes_at"] <= now else "open",
        "answered": answered_by is not None,
        "answered_by": answered_by,
    }
