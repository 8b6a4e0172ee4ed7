"""« Mes actualités »: the private news of the moment, and which of them the holder of a space has opened."""

from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.content.articles import rows, rules, views
from services.content.schemas import own_news as asking


def mark_news_read(tx: Transaction, _: Settings, asked: asking.MarkNewsRead) -> None:
    """Raises NoSuchItem for an article that cannot be read now, KeyDestroyed once the account was erased."""
    account = rules.holder(tx.actor)
    found = rows.article(tx.conn, "news", asked.slug, tx.now)
    if found.audience not in rules.PRIVATE:
        return
    tx.lock(f"news_read-{account}")  # two tabs open two articles: neither mark is lost
    opened = views.opened_by(tx, account)
    if asked.slug not in opened:
        # what has expired is forgotten: the list stays as short as the town's news
        kept = sorted({asked.slug, *(opened & rows.slugs(tx.conn, "news", rules.PRIVATE, tx.now))})
        tx.conn.execute(rows.SAVE_OPENED_NEWS, {"account": account, "sealed": tx.seal(account, kept)})


def forget_reader(tx: Transaction, account: str) -> None:
    """The key goes with the row: a mark that comes late is refused."""
    tx.destroy_key(account)
    tx.conn.execute(rows.FORGET_OPENED_NEWS, {"account": account})
