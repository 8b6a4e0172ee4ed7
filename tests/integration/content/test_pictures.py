"""The pictures of news: what a file may be, who sees one, and that the town's folder brings them."""

import base64
from functools import partial
from typing import Any

import pytest

from deploy.operator.town_folder import read_town
from services.chassis.actors import Actor
from services.chassis.event_store.store import Store
from services.content.articles import rules as readers, views
from services.content.reading import views as queries
from services.content.schemas.articles import ListArticles, ReadArticle
from services.content.schemas.pictures import Picture, ReadPicture
from services.townhall.problems import ImportRefused
from tests.integration.content.conftest import import_content
from tests.support.asking import ask
from tests.support.published import TOWN

VISITOR, CAMILLE = Actor(kind="visitor", id="v" * 64), Actor(kind="citizen", id="camille")
PUBLIC, PRIVATE = "passerelle-trois-noms", "registre-grand-froid"


@pytest.fixture
def images() -> dict[str, str]:
    return dict(read_town(TOWN)["images"])


@pytest.fixture
def pictured(imported: Store, images: dict[str, str]) -> Store:
    import_content(imported, {"images": images})
    return imported


def picture(store: Store, slug: str, actor: Actor) -> Picture:
    return ask(store, views.read_picture, ReadPicture(slug=slug), actor)


def test_each_article_of_the_demonstration_has_its_picture(pictured: Store) -> None:
    listed = ask(pictured, partial(queries.articles, "news"), ListArticles(), CAMILLE).items
    shown = picture(pictured, PRIVATE, CAMILLE)

    assert [item.slug for item in listed if not item.picture] == []
    assert (shown.type, shown.public) == ("image/webp", False)
    assert base64.b64decode(shown.content).startswith(b"RIFF")


def test_the_picture_of_a_private_article_is_private(pictured: Store) -> None:
    assert picture(pictured, PUBLIC, VISITOR).public
    with pytest.raises(readers.AccountRequired):
        picture(pictured, PRIVATE, VISITOR)
    with pytest.raises(readers.NoSuchItem):
        picture(pictured, "nulle-part", CAMILLE)


def test_an_article_without_the_file_has_no_picture(imported: Store) -> None:
    assert ask(imported, partial(queries.article, "news"), ReadArticle(slug=PUBLIC), VISITOR).picture is None
    with pytest.raises(readers.NoSuchItem):
        picture(imported, PUBLIC, VISITOR)


@pytest.mark.parametrize(
    ("name", "content"),
    [("page.webp", b"<script>"), ("page.svg", b"<svg xmlns"), ("lourde.png", b"\x89PNG\r\n\x1a\n" + bytes(300_000))],
)
def test_a_file_of_another_kind_than_a_picture_is_refused(store: Store, name: str, content: bytes) -> None:
    given: dict[str, Any] = {"images": {name: base64.b64encode(content).decode()}}
    with pytest.raises(ImportRefused) as refused:
        import_content(store, given)

    assert f"images/{name}" in str(refused.value.details) + str(refused.value.fields)
