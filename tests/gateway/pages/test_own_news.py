"""« Mes actualités »: its tile, its list, and what opening an article does."""

from services.chassis.errors import Unavailable
from tests.support.judge import Client
from tests.support.stubs import Stubs

PRIVATE, PUBLIC = "/actualites/registre-grand-froid", "/actualites/passerelle-trois-noms"


def test_the_tile_counts_what_is_published(citizen: Client) -> None:
    tile = citizen.page("/mon-accueil").select_one(".tile a[href='/mes-actualites']")

    assert tile.get_text(" ", strip=True) == "Mes actualités 4 actualités privées"


def test_the_list_marks_and_counts_unread_articles(citizen: Client) -> None:
    page = citizen.page("/mes-actualites")

    marks = [mark.get_text(strip=True) for mark in page.select("main .news-item__mark")]
    assert marks == ["Non lue", "Lue", "Lue", "Lue"]
    assert "1 reste à lire" in page.select_one("main").get_text()


def test_a_category_is_asked_for_by_its_link(citizen: Client, services: Stubs) -> None:
    citizen.page("/mes-actualites?categorie=enfance-jeunesse")

    assert services.bodies("content.list_own_news")[-1] == {"category": "enfance-jeunesse", "page": 1}


def test_opening_a_private_article_marks_it_and_leads_back_to_the_list(citizen: Client, services: Stubs) -> None:
    page = citizen.page(PRIVATE)
    citizen.page(PRIVATE)
    citizen.page(PUBLIC)

    marked = [asked for asked in services.asked if asked.method == "content.mark_news_read"]
    assert [asked.body for asked in marked] == [{"slug": "registre-grand-froid"}] * 2
    assert len({asked.command_id for asked in marked}) == 1, "one command, however often the page is opened"
    assert page.select_one(".breadcrumb a[href='/mes-actualites']")


def test_an_article_is_shown_though_it_cannot_be_marked_as_read(citizen: Client, services: Stubs) -> None:
    services["content.mark_news_read"] = Unavailable()

    assert "Grand froid" in citizen.page(PRIVATE).select_one("h1").get_text()


def test_a_private_article_bears_its_lock_among_the_others(citizen: Client) -> None:
    locks = citizen.page("/actualites").select("main .news-item .lock")

    assert len(locks) == 4


def test_the_first_page_of_the_town_has_the_tiles_of_its_contents(visitor: Client) -> None:
    tiles = {link["href"]: link.get_text() for link in visitor.page("/").select("main .tile a")}

    contents = {
        "/activites": "Activités",
        "/infos-pratiques": "Infos pratiques",
        "/votre-avis": "Votre avis nous intéresse",
    }
    assert contents.items() <= tiles.items()


def test_an_article_shows_its_picture_with_its_alternative_text(visitor: Client, services: Stubs) -> None:
    item = services.call("content.news_item", {"slug": "passerelle-trois-noms"}, actor=None)  # type: ignore[arg-type]
    services["content.news_item"] = {**item, "picture": "abc"}
    services["content.read_picture"] = {"type": "image/webp", "content": "UklGRg==", "public": True}

    image = visitor.page(PUBLIC).select_one("main img")

    assert image["alt"] == item["image_alt"]
    sent = visitor.get(image["src"])
    assert (sent.data, sent.content_type) == (b"RIFF", "image/webp")
    assert sent.headers["Cache-Control"] == "public, max-age=3600"
