"""What content answers, to each as much as they may know: visitors never learn of what is for account holders. Read only."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.chassis.actors import Actor
from services.chassis.contracts import from_json
from services.chassis.event_store.db import Rows
from services.content.articles import rows, rules
from services.content.polls import rows as poll_rows, rules as ballots
from services.content.publication.dates import iso
from services.content.schemas import articles as shown
from services.content.schemas.polls import Poll, PollResults, Polls, PollShown
from services.townhall import search_terms

HOME_NEWS = 3


def home(conn: Rows, asked: shown.ReadHome, actor: Actor, now: datetime) -> shown.Home:
    """The latest news that the actor may read; for account holders, the highlighted one and how many are theirs alone."""
    audiences = rules.audiences(actor)
    news = tuple(rows.list_articles(conn, "news", audiences, now, per_page=HOME_NEWS))
    if "account" not in audiences:
        return shown.Home(news=news)
    slug = rows.highlighted(conn, now)
    return shown.Home(
        news=news,
        highlighted=rows.article(conn, "news", slug, now) if slug else None,
        private_news=sum(one.count for one in rows.counts(conn, "news", ("account",), now)),
    )


def articles(conn: Rows, kind: str, asked: shown.ListArticles, actor: Actor, now: datetime) -> shown.Articles:
    """A page of articles, all categories unless one is named; `audience` narrows to public or to account-only ones."""
    audiences = rules.audiences(actor)
    if (only := asked.audience) is not None:
        rules.require(actor, only)
        audiences = (only,)
    return rows.page_of(conn, kind, audiences, now, asked.category, asked.page)


def article(conn: Rows, kind: str, asked: shown.ReadArticle, actor: Actor, now: datetime) -> dict[str, Any]:
    """One article with its text as HTML, and the title of the other space that it leads to; raises NoSuchItem, or AccountRequired without a word of it."""
    found = rows.article(conn, kind, asked.slug, now)
    if found is None:
        raise rules.NoSuchItem
    rules.require(actor, found["audience"])
    if space := found.get("related_partner_space"):
        found["partner_space_title"] = rows.space_title(conn, space)
    return found


def find(conn: Rows, asked: shown.FindArticles, actor: Actor, now: datetime) -> shown.FoundArticles:
    """The best matches among the articles that the actor may read, a `suggestion` when a word had to be read otherwise;
    `partial` where nothing has every word."""
    among = {"audiences": list(rules.audiences(actor)), "now": now}
    terms, suggestion = search_terms.read(conn, asked.q, known=rows.IS_KNOWN, alike=rows.ALIKE, among=among)
    for attempt in search_terms.attempts(terms) if terms else ():
        items = conn.execute(rows.FOUND, {**among, **attempt, "limit": asked.limit}).fetchall()
        if items:
            total = items[0]["total"]
            found = {"items": items, "total": total, "partial": attempt["partial"], "suggestion": suggestion}
            return from_json(shown.FoundArticles, found)
    return shown.FoundArticles(items=(), total=0, partial=False, suggestion=suggestion)


def polls(conn: Rows, actor: Actor, now: datetime, key: bytes, browser: str = "") -> Polls:
    """The polls that have opened and that the actor may see, open ones first."""
    found = poll_rows.list_polls(conn, rules.audiences(actor), now)
    answered = _answered(conn, [row["slug"] for row in found], actor, key, browser)
    return Polls(items=tuple(PollShown(**_listed(row, now, answered.get(row["slug"]))) for row in found))


def poll(conn: Rows, slug: str, actor: Actor, now: datetime, key: bytes, browser: str = "") -> Poll:
    """A poll with its questions, and its results where this person may see them."""
    row = poll_rows.poll(conn, slug, now)
    if row is None:
        raise rules.NoSuchItem
    rules.require(actor, row["audience"])
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
    if not rules.is_voter(actor):
        return {}
    voters = {slug: rules.voter(actor, slug, key, browser) for slug in slugs}
    found = poll_rows.answered(conn, {slug: who.all for slug, who in voters.items()})
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
