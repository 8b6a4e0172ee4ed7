"""« Mes actualités »: the private news of the moment, and which of them the holder of a space has opened."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from services.chassis.actors import Actor, only_ourselves
from services.chassis.contracts import Done
from services.chassis.event_store.db import Rows
from services.chassis.event_store.transaction import Reading, Transaction
from services.content.articles import rows, rules
from services.content.schemas import own_news as asking
from services.content.schemas.own_data import OpenedNews, ReadOpenedNews
from services.content.schemas.refusals import AccountRequired

PRIVATE = ("account",)


def list_own_news(tx: Reading, actor: Actor | None, asked: asking.ListOwnNews) -> asking.OwnNews:
    account, category = _holder(actor), asked.category or None
    counts = rows.counts(tx.conn, "news", PRIVATE, tx.now)
    if category is not None and all(row["slug"] != category for row in counts):
        raise rules.NoSuchItem
    opened = _opened(tx, account)
    items = rows.list_articles(tx.conn, "news", PRIVATE, tx.now, category=category, page=asked.page)
    total = sum(row["items"] for row in counts if category in (None, row["slug"]))
    published = rows.slugs(tx.conn, "news", PRIVATE, tx.now)
    return asking.OwnNews(
        items=tuple(_item(row, row["slug"] not in opened) for row in items),
        published=len(published),
        unread=len(published - opened),
        total=total,
        page=asked.page,
        pages=max(1, -(-total // rows.PER_PAGE)),
        categories=tuple(
            asking.NewsCategory(slug=row["slug"], label=row["label"], count=row["items"]) for row in counts
        ),
    )


def mark_news_read(tx: Transaction, asked: asking.MarkNewsRead) -> Done:
    """Raises NoSuchItem for an article that cannot be read now, KeyDestroyed once the account was erased."""
    account = _holder(tx.actor)
    found = rows.article(tx.conn, "news", asked.slug, tx.now)
    if found is None:
        raise rules.NoSuchItem
    if found["audience"] not in PRIVATE:
        return Done()
    tx.lock(f"news_read-{account}")  # two tabs open two articles: neither mark is lost
    opened = _opened(tx, account)
    if asked.slug not in opened:
        _save(tx, account, {asked.slug, *_still_shown(tx.conn, opened, tx.now)})
    return Done()


def read_opened_news(tx: Reading, actor: Actor | None, asked: ReadOpenedNews) -> OpenedNews:
    """For processes of ours only."""
    only_ourselves(actor)
    opened = sorted(_opened(tx, str(asked.account_id)))
    return OpenedNews(titles=tuple(row["title"] for row in tx.conn.execute(rows.TITLES, {"slugs": opened})))


def forget_reader(tx: Transaction, account: str) -> None:
    """The key goes with the row: a mark that comes late is refused."""
    tx.destroy_key(account)
    tx.conn.execute(rows.FORGET_OPENED_NEWS, {"account": account})


def _holder(actor: Actor | None) -> str:
    if actor is None or actor.kind != "citizen":
        raise AccountRequired
    return actor.id


def _opened(tx: Reading, account: str) -> set[str]:
    row = tx.conn.execute(rows.OPENED_NEWS, {"account": account}).fetchone()
    return set(tx.open(account, row["sealed"]) or ()) if row else set()


def _save(tx: Transaction, account: str, opened: Iterable[str]) -> None:
    tx.conn.execute(rows.SAVE_OPENED_NEWS, {"account": account, "sealed": tx.seal(account, sorted(opened))})


def _still_shown(conn: Rows, opened: set[str], now: datetime) -> set[str]:
    """What has expired is forgotten: the list stays as short as the town's news."""
    return opened & rows.slugs(conn, "news", PRIVATE, now)


def _item(row: dict[str, Any], unread: bool) -> asking.OwnNewsItem:
    return asking.OwnNewsItem(
        slug=row["slug"],
        title=row["title"],
        summary=row["summary"],
        category=row["category"]["slug"],
        category_label=row["category"]["label"],
        published=row["published"],
        image_alt=row["image_alt"],
        highlighted=row["highlighted"],
        unread=unread,
        picture=row["picture"] or "",
    )
