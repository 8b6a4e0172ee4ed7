"""The town's pictures: what a file may be, who sees one and in which width, and that the town's folder brings them."""

import base64
import io
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from PIL import Image

from deploy.operator.town_folder import read_town
from services.chassis.actors import Actor
from services.chassis.event_store.store import Store
from services.chassis.settings import Settings
from services.content.articles import rules as readers, views
from services.content.pictures import drawing
from services.content.reading import views as queries
from services.content.schemas.articles import ListArticles, ReadArticle, ReadHome
from services.content.schemas.pictures import Picture, ReadHomePicture, ReadPicture, ReadPollPicture
from services.content.schemas.polls import ListPolls
from services.townhall.problems import ImportRefused
from tests.conftest import nothing_published
from tests.integration.content.conftest import FILES, Calendar, import_content
from tests.servers.databases import Databases
from tests.support.asking import ask
from tests.support.published import TOWN

VISITOR, CAMILLE = Actor(kind="visitor", id="v" * 64), Actor(kind="citizen", id="camille")
PUBLIC, PRIVATE = "passerelle-trois-noms", "registre-grand-froid"


@pytest.fixture(scope="module")
def images() -> dict[str, str]:
    """Never changed by a test."""
    return dict(read_town(TOWN)["images"])


@pytest.fixture(scope="module")
def pictured(
    environment: dict[str, str], databases: Databases, worker: str, town: dict[str, Any], images: dict[str, str]
) -> Iterator[Store]:
    """A store in a database of its own, with the contents of the demo town and their pictures, which take two seconds to draw:
    tests read them."""
    with nothing_published(environment, databases, f"{worker}pictures") as own:
        store = Store(Settings.load(own), "content", clock=Calendar())
        import_content(store, {**{name: town[name] for name in FILES}, "images": images})
        yield store
        store.close()


def picture(store: Store, slug: str, actor: Actor, kind: str = "news", width: int = 0) -> Picture:
    return ask(store, partial(views.read_picture, kind), ReadPicture(slug=slug, width=width), actor)


def drawn(found: Picture) -> Image.Image:
    return Image.open(io.BytesIO(base64.b64decode(found.content)))


def test_each_article_of_the_demonstration_has_its_picture(pictured: Store) -> None:
    listed = ask(pictured, partial(queries.articles, "news"), ListArticles(), CAMILLE).items
    shown = picture(pictured, PRIVATE, CAMILLE)

    assert [item.slug for item in listed if not item.picture] == []
    assert (shown.type, shown.public) == ("image/webp", False)
    assert base64.b64decode(shown.content).startswith(b"RIFF")


def test_each_article_of_a_list_has_widths_and_an_alternative(pictured: Store) -> None:
    for kind in ("news", "activities", "practical_info"):
        for item in ask(pictured, partial(queries.articles, kind), ListArticles(), CAMILLE).items:
            assert (item.picture_widths, item.picture_height) == ((320, 640, 960, 1280), 720), item.slug
            assert item.image_alt


def test_the_narrowest_sufficient_width_is_given(pictured: Store) -> None:
    widths = {1: 320, 320: 320, 321: 640, 1280: 1280, 2000: 1280, 0: 1280}
    given = {asked: picture(pictured, "aviron-decouverte", VISITOR, "activities", asked) for asked in widths}

    assert {asked: drawn(found).width for asked, found in given.items()} == widths


def test_the_picture_of_a_private_poll_is_private(pictured: Store) -> None:
    def read(slug: str, actor: Actor) -> Picture:
        return ask(pictured, queries.poll_picture, ReadPollPicture(slug=slug, width=640), actor)

    listed = ask(pictured, queries.polls, ListPolls(), CAMILLE).items
    assert [poll.slug for poll in listed if not (poll.picture and poll.image_alt and poll.picture_widths)] == []
    assert drawn(read("passerelle-nom", VISITOR)).width == 640
    assert not read("horaires-mediatheque", CAMILLE).public
    with pytest.raises(readers.AccountRequired):
        read("horaires-mediatheque", VISITOR)


def test_the_front_page_has_the_picture_of_the_town(pictured: Store) -> None:
    shown = ask(pictured, queries.home, ReadHome(), VISITOR).picture
    given = ask(pictured, queries.home_picture, ReadHomePicture(width=1280), VISITOR)

    assert shown is not None
    assert shown.image_alt.startswith("Saint-Aubin-sur-Orne au bord de sa rivière")
    assert (shown.picture_widths[-1], shown.picture_height) == (2400, 560)
    assert (drawn(given).size, drawn(given).mode, given.public) == ((1280, 299), "RGBA", True)


def test_a_new_picture_replaces_every_size_of_the_old_one(imported: Store, images: dict[str, str]) -> None:
    import_content(imported, {"images": {name: images[name] for name in ("aviron.webp", "passerelle.webp")}})
    written = io.BytesIO()
    Image.new("RGB", (700, 400), "teal").save(written, "WEBP")
    import_content(imported, {"images": {"aviron.webp": base64.b64encode(written.getvalue()).decode()}})

    with imported.read() as conn:
        sized = {row["digest"] for row in conn.execute("SELECT digest FROM picture_sizes")}
        kept = {row["digest"] for row in conn.execute("SELECT digest FROM pictures")}
    assert sized == kept
    item = ask(imported, partial(queries.article, "activities"), ReadArticle(slug="aviron-decouverte"), VISITOR)
    assert item.picture_widths == (320, 640, 700)


def test_a_picture_that_is_kept_is_not_drawn_anew(
    pictured: Store, images: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "WAIT_SECONDS", 0)

    import_content(pictured, {"images": images})

    assert picture(pictured, PUBLIC, VISITOR).public


def test_the_picture_of_a_private_article_is_private(pictured: Store) -> None:
    assert picture(pictured, PUBLIC, VISITOR).public
    with pytest.raises(readers.AccountRequired):
        picture(pictured, PRIVATE, VISITOR)
    with pytest.raises(readers.NoSuchItem):
        picture(pictured, "nulle-part", CAMILLE)


def test_a_picture_without_alternative_is_refused(imported: Store, documents: dict[str, Any]) -> None:
    del documents["activities"]["activities"][0]["image_alt"]
    with pytest.raises(ImportRefused) as refused:
        import_content(imported, {"activities": documents["activities"]})

    assert "Dites ce que montre l’image." in str(refused.value.details) + str(refused.value.fields)


def test_an_article_without_the_file_has_no_picture(imported: Store) -> None:
    assert ask(imported, partial(queries.article, "news"), ReadArticle(slug=PUBLIC), VISITOR).picture is None
    with pytest.raises(readers.NoSuchItem):
        picture(imported, PUBLIC, VISITOR)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.webp", b"<script>"),
        ("page.svg", b"<svg xmlns"),
        ("coupee.png", b"\x89PNG\r\n\x1a\n" + b"IHDR"),
        ("lourde.png", b"\x89PNG\r\n\x1a\n" + bytes(300_000)),
    ],
)
def test_a_file_of_another_kind_than_a_picture_is_refused(store: Store, name: str, content: bytes) -> None:
    given: dict[str, Any] = {"images": {name: base64.b64encode(content).decode()}}
    with pytest.raises(ImportRefused) as refused:
        import_content(store, given)

    assert f"images/{name}" in str(refused.value.details) + str(refused.value.fields)
