"""« Mes actualités » as the holder of a space reads them, and the picture of an article."""

import base64

from services.chassis.actors import only_ourselves
from services.chassis.contracts import from_json
from services.chassis.event_store.db import Connection, fetch_all, fetch_one
from services.chassis.event_store.transaction import Reading, Transaction
from services.chassis.settings import Settings
from services.content.articles import rows, rules
from services.content.pictures import rows as picture_rows
from services.content.schemas import own_news as asking
from services.content.schemas.articles import Article
from services.content.schemas.own_data import OpenedNews, ReadOpenedNews
from services.content.schemas.pictures import Picture, PictureOf


def list_own_news(tx: Transaction, _: Settings, asked: asking.ListOwnNews) -> asking.OwnNews:
    account = rules.holder(tx.actor)
    shown = rows.page_of(tx.conn, "news", rules.PRIVATE, tx.now, asked.category or None, asked.page)
    opened = opened_by(tx, account)
    published = rows.slugs(tx.conn, "news", rules.PRIVATE, tx.now)
    return asking.OwnNews(
        items=tuple(_item(news, news.slug not in opened) for news in shown.items),
        published=len(published),
        unread=len(published - opened),
        total=shown.total,
        page=shown.page,
        pages=shown.pages,
        categories=shown.categories,
    )


def read_opened_news(tx: Transaction, _: Settings, asked: ReadOpenedNews) -> OpenedNews:
    """For processes of ours only."""
    only_ourselves(tx.actor)
    opened = fetch_all(tx.conn, dict[str, str], rows.TITLES, {"slugs": sorted(opened_by(tx, str(asked.account_id)))})
    return OpenedNews(titles=tuple(one["title"] for one in opened))


def opened_by(tx: Reading, account: str) -> set[str]:
    row = fetch_one(tx.conn, dict[str, bytes], rows.OPENED_NEWS, {"account": account})
    return set(tx.open(account, row["sealed"]) or ()) if row else set()


def _item(news: Article, unread: bool) -> asking.OwnNewsItem:
    category: dict[str, object] = {"category": news.category.slug, "category_label": news.category.label}
    return from_json(asking.OwnNewsItem, vars(news) | category | {"unread": unread, "picture": news.picture or ""})


def read_picture(kind: str, tx: Transaction, _: Settings, asked: PictureOf) -> Picture:
    """That of this article, to an actor who may read it: raises NoSuchItem, or AccountRequired."""
    found = rows.article(tx.conn, kind, asked.slug, tx.now)
    rules.require(tx.actor, found.audience)
    return picture_named(tx.conn, found.image, asked.width, public=found.audience == "public")


def picture_named(conn: Connection, name: str, width: int, *, public: bool) -> Picture:
    """That of this file, in the width that a screen needs; raises NoSuchItem where there is none."""
    if (stored := picture_rows.one(conn, name, width)) is None:
        raise rules.NoSuchItem
    kind, data = stored
    return Picture(type=kind, content=base64.b64encode(data).decode(), public=public)
