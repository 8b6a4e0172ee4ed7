"""What content answers, to each as much as they may know: visitors never learn of what is for account holders. Read only."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.chassis.contracts import from_json
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.content.articles import rows, rules
from services.content.polls import rows as poll_rows, rules as ballots
from services.content.publication.dates import iso
from services.content.schemas import articles as shown, polls as voting
from services.townhall import search_terms

HOME_NEWS = 3


def home(tx: Transaction, _: Settings, asked: shown.ReadHome) -> shown.Home:
    """The latest news that the actor may read; for account holders, the highlighted one and how many are theirs alone."""
    audiences = rules.audiences(tx.actor)
    news = tuple(rows.list_articles(tx.conn, "news", audiences, tx.now, per_page=HOME_NEWS))
    if "account" not in audiences:
        return shown.Home(news=news)
    return shown.Home(
        news=news,
        highlighted=rows.highlighted(tx.conn, tx.now),
        private_news=sum(one.count for one in rows.counts(tx.conn, "news", ("account",), tx.now)),
    )


def articles(kind: str, tx: Transaction, _: Settings, asked: shown.ListArticles) -> shown.Articles:
    """A page of articles, all categories unless one is named; `audience` narrows to public or to account-only ones."""
    audiences = rules.audiences(tx.actor)
    if (only := asked.audience) is not None:
        rules.require(tx.actor, only)
        audiences = (only,)
    return rows.page_of(tx.conn, kind, audiences, tx.now, asked.category, asked.page)


def article(kind: str, tx: Transaction, _: Settings, asked: shown.ReadArticle) -> dict[str, Any]:
    """One article with its text as HTML, and the title of the other space that it leads to; raises NoSuchItem, or AccountRequired without a word of it."""
    found = rows.article(tx.conn, kind, asked.slug, tx.now)
    rules.require(tx.actor, found["audience"])
    if space := found.get("related_partner_space"):
        found["partner_space_title"] = rows.space_title(tx.conn, space)
    return found


def find(tx: Transaction, _: Settings, asked: shown.FindArticles) -> shown.FoundArticles:
    """The best matches among the articles that the actor may read, a `suggestion` when a word had to be read otherwise;
    `partial` where nothing has every word."""
    among = {"audiences": list(rules.audiences(tx.actor)), "now": tx.now}
    terms, suggestion = search_terms.read(tx.conn, asked.q, known=rows.IS_KNOWN, alike=rows.ALIKE, among=among)
    for attempt in search_terms.attempts(terms) if terms else ():
        items = tx.conn.execute(rows.FOUND, {**among, **attempt, "limit": asked.limit}).fetchall()
        if items:
            total = items[0]["total"]
            found = {"items": items, "total": total, "partial": attempt["partial"], "suggestion": suggestion}
            return from_json(shown.FoundArticles, found)
    return shown.FoundArticles(items=(), total=0, partial=False, suggestion=suggestion)


def polls(tx: Transaction, settings: Settings, asked: voting.ListPolls) -> voting.Polls:
    """The polls that have opened and that the actor may see, open ones first."""
    found = poll_rows.list_polls(tx.conn, rules.audiences(tx.actor), tx.now)
    answered = _answered(tx, settings, [row["slug"] for row in found], asked.browser)
    return voting.Polls(
        items=tuple(voting.PollShown(**_listed(row, tx.now, answered.get(row["slug"]))) for row in found)
    )


def poll(tx: Transaction, settings: Settings, asked: voting.ReadPoll) -> voting.Poll:
    """A poll with its questions, and its results where this person may see them."""
    row = poll_rows.poll(tx.conn, asked.slug, tx.now)
    rules.require(tx.actor, row["audience"])
    answered = _answered(tx, settings, [asked.slug], asked.browser).get(asked.slug)
    setting, tally, closed = row["poll"], row["tally"], row["closes_at"] <= tx.now
    visible = ballots.results_visible(setting, tally, answered=answered is not None, closed=closed)
    return voting.Poll(
        **_listed(row, tx.now, answered),
        questions=tuple(setting["questions"]),
        anonymous=setting["anonymous"],
        one_answer_per=setting["one_answer_per"],
        results_setting=setting["results"],
        results=from_json(voting.PollResults, ballots.results(setting["questions"], tally)) if visible else None,
    )


def _answered(tx: Transaction, settings: Settings, slugs: Sequence[str], browser: str) -> dict[str, str]:
    """By whom each poll was answered: the actor (`self`), or another one in the same browser (`browser`)."""
    if not rules.is_voter(tx.actor):
        return {}
    key = rules.voter_key(settings.signing_key)
    voters = {slug: rules.voter(tx.actor, slug, key, browser) for slug in slugs}
    found = poll_rows.answered(tx.conn, {slug: who.all for slug, who in voters.items()})
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
