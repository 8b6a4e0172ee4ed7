"""« Mes actualités »: the private news of the moment, and which of them the holder of a space has opened."""

from services.chassis.actors import Actor, only_ourselves
from services.chassis.contracts import from_json
from services.chassis.event_store.db import fetch_all, fetch_one
from services.chassis.event_store.transaction import Reading, Transaction
from services.chassis.settings import Settings
from services.content.articles import rows
from services.content.schemas import own_news as asking
from services.content.schemas.articles import Article
from services.content.schemas.own_data import OpenedNews, ReadOpenedNews
from services.content.schemas.refusals import AccountRequired

PRIVATE = ("account",)


def list_own_news(tx: Transaction, _: Settings, asked: asking.ListOwnNews) -> asking.OwnNews:
    account = _holder(tx.actor)
    shown = rows.page_of(tx.conn, "news", PRIVATE, tx.now, asked.category or None, asked.page)
    opened = _opened(tx, account)
    published = rows.slugs(tx.conn, "news", PRIVATE, tx.now)
    return asking.OwnNews(
        items=tuple(_item(news, news.slug not in opened) for news in shown.items),
        published=len(published),
        unread=len(published - opened),
        total=shown.total,
        page=shown.page,
        pages=shown.pages,
        categories=shown.categories,
    )


def mark_news_read(tx: Transaction, _: Settings, asked: asking.MarkNewsRead) -> None:
    """Raises NoSuchItem for an article that cannot be read now, KeyDestroyed once the account was erased."""
    account = _holder(tx.actor)
    found = rows.article(tx.conn, "news", asked.slug, tx.now)
    if found.audience not in PRIVATE:
        return
    tx.lock(f"news_read-{account}")  # two tabs open two articles: neither mark is lost
    opened = _opened(tx, account)
    if asked.slug not in opened:
        # what has expired is forgotten: the list stays as short as the town's news
        kept = sorted({asked.slug, *(opened & rows.slugs(tx.conn, "news", PRIVATE, tx.now))})
        tx.conn.execute(rows.SAVE_OPENED_NEWS, {"account": account, "sealed": tx.seal(account, kept)})


def read_opened_news(tx: Transaction, _: Settings, asked: ReadOpenedNews) -> OpenedNews:
    """For processes of ours only."""
    only_ourselves(tx.actor)
    opened = fetch_all(tx.conn, dict[str, str], rows.TITLES, {"slugs": sorted(_opened(tx, str(asked.account_id)))})
    return OpenedNews(titles=tuple(one["title"] for one in opened))


def forget_reader(tx: Transaction, account: str) -> None:
    """The key goes with the row: a mark that comes late is refused."""
    tx.destroy_key(account)
    tx.conn.execute(rows.FORGET_OPENED_NEWS, {"account": account})


def _holder(actor: Actor | None) -> str:
    if actor is None or actor.kind != "citizen":
        raise AccountRequired
    return actor.id


def _opened(tx: Reading, account: str) -> set[str]:
    row = fetch_one(tx.conn, dict[str, bytes], rows.OPENED_NEWS, {"account": account})
    return set(tx.open(account, row["sealed"]) or ()) if row else set()


def _item(news: Article, unread: bool) -> asking.OwnNewsItem:
    category: dict[str, object] = {"category": news.category.slug, "category_label": news.category.label}
    return from_json(asking.OwnNewsItem, vars(news) | category | {"unread": unread, "picture": news.picture or ""})
