"""The pictures of news: what a file may be, who sees one, and that the town's folder brings them."""

import base64
from typing import Any

import pytest

from deploy.operator.town_folder import read_town
from services.chassis.actors import Actor
from services.chassis.event_store.store import Store
from services.content.articles import pictures, rules as readers
from services.content.publication import use_cases
from services.content.reading import views as queries
from services.content.schemas.articles import ListArticles, ReadArticle
from services.content.schemas.pictures import ReadPicture
from services.townhall.problems import ImportRefused
from tests.integration.content.conftest import SYSTEM, Calendar
from tests.support.published import TOWN

VISITOR, CAMILLE = Actor(kind="visitor", id="v" * 64), Actor(kind="citizen", id="camille")
PUBLIC, PRIVATE = "passerelle-trois-noms", "registre-grand-froid"


@pytest.fixture
def images() -> dict[str, str]:
    return dict(read_town(TOWN)["images"])


@pytest.fixture
def pictured(imported: Store, images: dict[str, str]) -> Store:
    with imported.transaction(actor=SYSTEM) as tx:
        use_cases.import_content(tx, {"images": images})
    return imported


def test_each_article_of_the_demonstration_has_its_picture(pictured: Store, calendar: Calendar) -> None:
    with pictured.read() as conn:
        listed = queries.articles(conn, "news", ListArticles(), CAMILLE, calendar.now()).items
        shown = pictures.read_picture(conn, ReadPicture(slug=PRIVATE), CAMILLE, calendar.now())

    assert [item["slug"] for item in listed if not item["picture"]] == []
    assert (shown.type, shown.public) == ("image/webp", False)
    assert base64.b64decode(shown.content).startswith(b"RIFF")


def test_the_picture_of_a_private_article_is_private(pictured: Store, calendar: Calendar) -> None:
    with pictured.read() as conn:
        assert pictures.read_picture(conn, ReadPicture(slug=PUBLIC), VISITOR, calendar.now()).public
        with pytest.raises(readers.AccountRequired):
            pictures.read_picture(conn, ReadPicture(slug=PRIVATE), VISITOR, calendar.now())
        with pytest.raises(readers.NoSuchItem):
            pictures.read_picture(conn, ReadPicture(slug="nulle-part"), CAMILLE, calendar.now())


def test_an_article_without_the_file_is_told_without_a_picture(imported: Store, calendar: Calendar) -> None:
    with imported.read() as conn:
        assert queries.article(conn, "news", ReadArticle(slug=PUBLIC), VISITOR, calendar.now())["picture"] is None
        with pytest.raises(readers.NoSuchItem):
            pictures.read_picture(conn, ReadPicture(slug=PUBLIC), VISITOR, calendar.now())


@pytest.mark.parametrize(
    ("name", "content"),
    [("page.webp", b"<script>"), ("page.svg", b"<svg xmlns"), ("lourde.png", b"\x89PNG\r\n\x1a\n" + bytes(300_000))],
)
def test_what_is_no_picture_is_refused(store: Store, name: str, content: bytes) -> None:
    given: dict[str, Any] = {"images": {name: base64.b64encode(content).decode()}}
    with store.transaction(actor=SYSTEM) as tx, pytest.raises(ImportRefused) as refused:
        use_cases.import_content(tx, given)

    assert f"images/{name}" in str(refused.value.details) + str(refused.value.fields)
