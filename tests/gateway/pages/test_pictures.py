"""The town's pictures on pages: in the width of the screen, with their words, and nothing moves when they come."""

import pytest

from services.chassis.errors import Unavailable
from tests.support.judge import Client
from tests.support.stubs import Stubs

SIZED = {"picture": "abc", "picture_widths": [320, 640, 1280], "picture_height": 720}


def all_pictured(services: Stubs, method: str) -> None:
    """Each item of that list has its picture."""
    found = services.call(method, {}, actor=None)  # type: ignore[arg-type]
    services[method] = {**found, "items": [{**item, **SIZED} for item in found["items"]]}


@pytest.mark.parametrize(
    ("address", "method", "first"),
    [
        ("/actualites", "content.news", "/actualites/quai-de-l-orne-circulation-alternee/image?v=abc&largeur=640"),
        ("/activites", "content.activities", "/activites/aviron-decouverte/image?v=abc&largeur=640"),
        ("/infos-pratiques", "content.practical", "/infos-pratiques/horaires-mairie/image?v=abc&largeur=640"),
        ("/votre-avis", "content.polls", "/votre-avis/passerelle-nom/image?v=abc&largeur=640"),
    ],
)
def test_each_line_of_a_list_shows_its_picture(
    visitor: Client, services: Stubs, address: str, method: str, first: str
) -> None:
    all_pictured(services, method)

    shown = visitor.page(address).select("main img")

    assert shown[0]["src"] == first
    assert shown[0]["srcset"].endswith("&largeur=1280 1280w")
    for image in shown:
        assert (image["width"], image["height"], image["loading"]) == ("1280", "720", "lazy")
        assert image["alt"]


def test_a_picture_is_asked_for_in_the_width_that_is_shown(visitor: Client, services: Stubs) -> None:
    asked: list[object] = []

    def read(body: dict[str, object], _: object) -> dict[str, object]:
        asked.append(body)
        return {"type": "image/webp", "content": "UklGRg==", "public": True}

    services["content.read_activity_picture"] = services["content.read_home_picture"] = read

    assert visitor.get("/activites/aviron-decouverte/image?v=abc&largeur=640").data == b"RIFF"
    for odd in ("largeur=-3", "largeur=2e9", "largeur=99999", "largeur=%C2%B2"):
        assert visitor.get(f"/accueil/image?{odd}").status_code == 200
    assert asked == [
        {"slug": "aviron-decouverte", "width": 640},
        {"width": 0},
        {"width": 0},
        {"width": 10_000},
        {"width": 0},
    ]


def test_the_front_page_shows_the_town_or_the_drawing_of_any_town(visitor: Client, services: Stubs) -> None:
    assert visitor.page("/").select_one(".hero svg.scene") is not None

    home = services.call("content.home", {}, actor=None)  # type: ignore[arg-type]
    services["content.home"] = {**home, "picture": {**SIZED, "image_alt": "La ville au bord de sa rivière."}}
    visitor.application.extensions["parvis.town"].changes.happened()
    image = visitor.page("/").select_one(".hero img")

    assert image is not None
    assert image["alt"] == "La ville au bord de sa rivière."
    assert image.get("loading") is None  # it leads the page
    assert visitor.page("/").select_one(".hero svg.scene") is None


def test_without_the_service_of_contents_the_front_page_keeps_its_drawing(visitor: Client, services: Stubs) -> None:
    services["content.home"] = Unavailable()

    assert visitor.page("/").select_one(".hero svg.scene") is not None
