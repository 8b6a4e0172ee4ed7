"""« Autres espaces »: the tiles, and what they say before another site opens."""

from tests.gateway.judge import JudgingClient
from tests.gateway.stubs import StubServices

HOME = "/mon-accueil"
TILES = "#autres-espaces .tile"


def test_the_town_s_three_spaces_are_tiles_that_announce_another_site(citizen: JudgingClient) -> None:
    page = citizen.page(HOME)

    assert "Ces dalles quittent le portail" in page.select_one("#autres-espaces").get_text()
    tiles = page.select(TILES)
    assert [one.select_one("h3").get_text(" ", strip=True).split(" (")[0] for one in tiles] == [
        "Portail famille",
        "Médiathèque du Moulin",
        "Régie de l’eau",
    ]
    water = tiles[2].select_one("a")
    assert (water["target"], water["rel"]) == ("_blank", ["noopener", "noreferrer"])
    assert "autre site, nouvel onglet" in water.get_text()


def test_a_town_without_other_spaces_says_nothing_of_them(citizen: JudgingClient, services: StubServices) -> None:
    services["content.list_partner_spaces"] = {"spaces": []}
    assert citizen.page(HOME).select("#autres-espaces") == []
