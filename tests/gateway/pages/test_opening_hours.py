"""When the town hall is open: shown where one is about to come or to call."""

from bs4 import Tag

from services.chassis.errors import Forbidden
from tests.support.judge import Client, parsed
from tests.support.stubs import Stubs

UNTIL = "Ouvert jusqu’à 12 h. Puis de 13 h 30 à 17 h 30."


def plain(part: Tag) -> str:
    return " ".join(part.get_text().replace("\u2060", "").split())


def test_the_town_halls_own_page_shows_changed_hours_as_the_home_page_does(
    visitor: Client,
) -> None:
    home = [plain(line) for line in visitor.page("/").select("#horaires .notice li")]

    assert any(line.startswith("24 décembre 2026") for line in home)
    for slug, lines in (("horaires-mairie", home), ("numeros-urgence", [])):
        assert [plain(line) for line in visitor.page(f"/infos-pratiques/{slug}").select("main .notice li")] == lines


def test_every_page_ends_with_the_hours_of_the_day(visitor: Client) -> None:
    foot = visitor.page("/aide").select_one("[aria-labelledby=pied-heures]")

    assert "Aujourd’hui : 8 h 30 – 12 h, 13 h 30 – 17 h 30." in plain(foot)


def test_a_failed_log_in_says_whom_to_call_and_until_when(visitor: Client, services: Stubs) -> None:
    services["accounts.log_in"] = Forbidden("Nom d’utilisateur ou mot de passe incorrect.")

    page = parsed(visitor.submit("/connexion", "main form", **{"utilisateur": "camille", "mot-de-passe": "oublié"}))

    for notice in page.select_one(".error-summary"), page.select_one("main form + p"):
        assert notice.select_one("a[href^='tel:']") is not None
        assert UNTIL in plain(notice)
