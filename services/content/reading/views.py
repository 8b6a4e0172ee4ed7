"""The answers of content, each with what its reader may see: visitors never learn of what is for account holders. Read only."""

from collections.abc import Sequence
from dataclasses import replace

from services.chassis.contracts import from_json
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.content.articles import rows, rules
from services.content.articles.views import picture_named
from services.content.pictures import rows as picture_rows
from services.content.polls import rows as poll_rows, rules as ballots
from services.content.schemas import articles as shown, pictures as pictured, polls as voting
from services.townhall import search_terms

HOME_NEWS = 3


def home(tx: Transaction, _: Settings, asked: shown.ReadHome) -> shown.Home:
    """The latest news that the actor may read; for account holders, the highlighted one and how many are theirs alone; the
    picture of the town."""
    audiences = rules.audiences(tx.actor)
    news = tuple(rows.list_articles(tx.conn, "news", audiences, tx.now, per_page=HOME_NEWS))
    found = picture_rows.home(tx.conn)
    picture = from_json(pictured.HomePicture, vars(found)) if found and found.picture else None
    if "account" not in audiences:
        return shown.Home(news=news, picture=picture)
    return shown.Home(
        news=news,
        picture=picture,
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


def article(kind: str, tx: Transaction, _: Settings, asked: shown.ReadArticle) -> shown.Article:
    """One article with its text as HTML, and the title of the other space that it leads to; raises NoSuchItem, or AccountRequired without a word of it."""
    found = rows.article(tx.conn, kind, asked.slug, tx.now)
    rules.require(tx.actor, found.audience)
    if space := found.related_partner_space:
        return replace(found, partner_space_title=rows.space_title(tx.conn, space))
    return found


def find(tx: Transaction, _: Settings, asked: shown.FindArticles) -> shown.FoundArticles:
    """The best matches among the articles that the actor may read, a `suggestion` when a word had to be read otherwise;
    `partial` where nothing has every word."""
    among: dict[str, object] = {"audiences": list(rules.audiences(tx.actor)), "now": tx.now}
    terms, suggestion = search_terms.read(tx.conn, asked.q, known=rows.IS_KNOWN, alike=rows.ALIKE, among=among)
    for attempt in search_terms.attempts(terms) if terms else ():
        items, total = rows.found(tx.conn, {**among, **attempt, "limit": asked.limit})
        if items:
            partial = attempt["partial"] is True
            return shown.FoundArticles(items=items, total=total, partial=partial, suggestion=suggestion)
    return shown.FoundArticles(items=(), total=0, partial=False, suggestion=suggestion)


def polls(tx: Transaction, settings: Settings, asked: voting.ListPolls) -> voting.Polls:
    """The polls that have opened and that the actor may see, open ones first."""
    found = poll_rows.list_polls(tx.conn, rules.audiences(tx.actor), tx.now)
    answered = _answered(tx, settings, [one.slug for one in found], asked.browser)
    marked = [replace(one, answered=one.slug in answered, answered_by=answered.get(one.slug)) for one in found]
    return voting.Polls(items=tuple(from_json(voting.PollShown, vars(one)) for one in marked))


def poll(tx: Transaction, settings: Settings, asked: voting.ReadPoll) -> voting.Poll:
    """A poll with its questions, and its results where this person may see them."""
    found, tally = poll_rows.poll(tx.conn, asked.slug, tx.now)
    rules.require(tx.actor, found.audience)
    by = _answered(tx, settings, [asked.slug], asked.browser).get(asked.slug)
    answered, closed = by is not None, found.state == voting.PollState.CLOSED
    visible = ballots.results_visible(found.results_setting, tally, answered=answered, closed=closed)
    results = ballots.results(found.questions, tally) if visible else None
    return replace(found, answered=answered, answered_by=by, results=results)


def poll_picture(tx: Transaction, _: Settings, asked: pictured.ReadPollPicture) -> pictured.Picture:
    """That of this poll, to an actor who may see the poll: raises NoSuchItem, or AccountRequired."""
    audience, image = poll_rows.image(tx.conn, asked.slug, tx.now)
    rules.require(tx.actor, audience)
    return picture_named(tx.conn, image, asked.width, public=audience == "public")


def home_picture(tx: Transaction, _: Settings, asked: pictured.ReadHomePicture) -> pictured.Picture:
    """That of the front page, to anyone; raises NoSuchItem where the town gave none."""
    found = picture_rows.home(tx.conn)
    return picture_named(tx.conn, found.image if found else "", asked.width, public=True)


def _answered(tx: Transaction, settings: Settings, slugs: Sequence[str], browser: str) -> dict[str, str]:
    """By whom each poll was answered: the actor (`self`), or another one in the same browser (`browser`)."""
    if not rules.is_voter(tx.actor):
        return {}
    key = rules.voter_key(settings.signing_key)
    voters = {slug: rules.voter(tx.actor, slug, key, browser) for slug in slugs}
    found = poll_rows.answered(tx.conn, {slug: who.all for slug, who in voters.items()})
    return {slug: "self" if marks & voters[slug].own else "browser" for slug, marks in found.items()}
