"""« Mes actualités »: what is private and published now, which of it was opened, and that nothing of it outlives the account."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.chassis.actors import Actor
from services.chassis.errors import Forbidden
from services.chassis.event_store.keys import KeyDestroyed
from services.chassis.event_store.store import Store
from services.content.articles import own_news, rules as readers, views
from services.content.schemas.own_data import ReadOpenedNews
from services.content.schemas.own_news import ListOwnNews, MarkNewsRead, OwnNews
from tests.integration.content.conftest import SYSTEM, Calendar, import_content

FIRST, COLD = "rentree-2027-inscriptions-scolaires", "registre-grand-froid"
PUBLIC = "passerelle-trois-noms"


@pytest.fixture
def camille() -> Actor:
    return Actor(kind="citizen", id=str(uuid4()))


@pytest.fixture
def mine(imported: Store, camille: Actor) -> Callable[..., OwnNews]:
    def ask(**asked: Any) -> OwnNews:
        with imported.viewing(camille) as tx:
            return views.list_own_news(tx, imported.settings, ListOwnNews(**asked))

    return ask


def read(store: Store, actor: Actor, slug: str) -> None:
    with store.transaction(actor=actor) as tx:
        own_news.mark_news_read(tx, store.settings, MarkNewsRead(slug=slug))


def unread(found: OwnNews) -> set[str]:
    return {item.slug for item in found.items if item.unread}


def test_reading_marks_one_article_and_leaves_the_number_published(
    imported: Store, camille: Actor, mine: Callable[..., OwnNews]
) -> None:
    before = mine()
    assert (before.published, before.unread, len(unread(before))) == (4, 4, 4)

    for slug in (FIRST, FIRST, PUBLIC):
        read(imported, camille, slug)

    after = mine()
    assert (after.published, after.unread) == (4, 3)
    assert unread(before) - unread(after) == {FIRST}


def test_a_category_narrows_the_list_and_not_the_badge(mine: Callable[..., OwnNews]) -> None:
    childhood = mine(category="enfance-jeunesse")

    assert (len(childhood.items), childhood.total, childhood.published) == (2, 2, 4)
    assert [(one.slug, one.count) for one in childhood.categories if one.count > 1] == [("enfance-jeunesse", 2)]
    with pytest.raises(readers.NoSuchItem):
        mine(category="nulle-part")


def test_the_list_follows_the_hours_of_publication(
    store: Store, documents: dict[str, Any], calendar: Calendar, camille: Actor
) -> None:
    item = next(one for one in documents["news"]["news"] if one["slug"] == COLD)
    item |= {"published": "2026-11-25T08:00", "expires": "2026-11-25"}
    import_content(store, documents)

    def published(at: datetime) -> bool:
        calendar.instant = at
        with store.viewing(camille) as tx:
            return COLD in {one.slug for one in views.list_own_news(tx, store.settings, ListOwnNews()).items}

    before = calendar.instant.replace(day=25, hour=6, minute=59, second=59)
    assert [published(at) for at in (before, before.replace(hour=7), before.replace(hour=23))] == [False, True, False]


def test_the_opened_news_are_sealed_and_erased_with_the_account(
    imported: Store, camille: Actor, mine: Callable[..., OwnNews]
) -> None:
    read(imported, camille, COLD)
    with imported.read() as conn:
        [row] = conn.execute("SELECT sealed FROM news_read WHERE account_id = %s", (camille.id,)).fetchall()
    assert b"froid" not in bytes(row["sealed"])

    with imported.transaction() as tx:
        own_news.forget_reader(tx, camille.id)

    with imported.read() as conn:
        assert conn.execute("SELECT 1 FROM news_read WHERE account_id = %s", (camille.id,)).fetchall() == []
    with pytest.raises(KeyDestroyed):
        read(imported, camille, COLD)
    assert mine().unread == 4


def test_two_articles_opened_at_once_are_both_marked(
    imported: Store, camille: Actor, mine: Callable[..., OwnNews]
) -> None:
    with ThreadPoolExecutor(2) as tabs:
        list(tabs.map(lambda slug: read(imported, camille, slug), (FIRST, COLD)))

    assert mine().unread == 2


@pytest.mark.parametrize("kind", ["visitor", "agent", "tracking"])
def test_only_account_holders_have_a_list_of_their_own(imported: Store, kind: Any) -> None:
    actor = Actor(kind=kind, id="x")
    with imported.viewing(actor) as tx, pytest.raises(readers.AccountRequired):
        views.list_own_news(tx, imported.settings, ListOwnNews())
    with pytest.raises(readers.AccountRequired):
        read(imported, actor, COLD)


def test_only_our_own_processes_read_what_a_holder_has_opened(imported: Store, camille: Actor) -> None:
    read(imported, camille, FIRST)
    asked = ReadOpenedNews(account_id=UUID(camille.id))

    with imported.viewing(SYSTEM) as tx:
        assert len(views.read_opened_news(tx, imported.settings, asked).titles) == 1
    with imported.viewing(camille) as tx, pytest.raises(Forbidden):
        views.read_opened_news(tx, imported.settings, asked)
