"""« Déclaration d’accessibilité »: what the assessment found, in plain words, and what the town states."""

import copy
from typing import Any

import pytest

from gateway.pages.site.assessment import Result, assessment
from tests.support.demo_town import town
from tests.support.judge import Client
from tests.support.stubs import Stubs

STATEMENT = "/accessibilite"


def words(client: Client) -> str:
    return client.page(STATEMENT).select_one("main").get_text(" ", strip=True).replace("\N{NO-BREAK SPACE}", " ")


def test_without_an_audit_the_portal_is_said_not_to_conform(visitor: Client) -> None:
    said = words(visitor)

    assert "Le portail est non conforme avec le référentiel général" in " ".join(said.split())
    assert "Aucun audit n’a été fait par un tiers." in said


def test_an_audit_of_the_town_is_told_with_its_author_and_its_rate(visitor: Client, services: Stubs) -> None:
    published: dict[str, Any] = copy.deepcopy(town())
    published["legal"]["accessibility"] |= {
        "status": "partially_compliant",
        "mention": "Accessibilité : partiellement conforme",
        "audit": {"by": "Cabinet Exemple", "on": "2026-11-02", "respected": 81},
    }
    services["procedures.town"] = published

    said = " ".join(words(visitor).split())

    assert "Le portail est partiellement conforme avec" in said
    assert "réalisé par Cabinet Exemple le lundi 2 novembre 2026 révèle que 81 % des critères" in said
    assert "Aucun audit n’a été fait" not in said
    in_footer = visitor.page("/").select_one("footer a[href='/accessibilite']")
    assert in_footer.get_text(strip=True).endswith("partiellement conforme")


def test_the_known_defects_and_what_nobody_tried_are_listed(visitor: Client) -> None:
    said = words(visitor)

    for one in assessment().with_result(Result.NOT_CONFORMING):
        assert one.defect in said
    for one in assessment().with_result(Result.NOT_TRIED):
        assert one.unknown[1:] in said
    for page in assessment().sample:
        assert page.name in said
    assert "Aucun lecteur d’écran" in said


@pytest.mark.parametrize(
    "link",
    [
        "mailto:accessibilite@saint-aubin-sur-orne.example",
        "https://www.saint-aubin-sur-orne.example/schema-accessibilite",
        "https://www.defenseurdesdroits.fr/nous-contacter-355",
        "https://www.defenseurdesdroits.fr/carte-des-delegues",
    ],
)
def test_it_says_whom_to_write_to_and_what_follows(visitor: Client, link: str) -> None:
    assert visitor.page(STATEMENT).select_one(f"main a[href='{link}']") is not None


@pytest.mark.parametrize(
    "heading",
    [
        "État de conformité",
        "Contenus non accessibles",
        "Établissement de cette déclaration",
        "Retour d’information et contact",
        "Voies de recours",
    ],
)
def test_it_has_the_parts_of_its_model(visitor: Client, heading: str) -> None:
    titles = [one.get_text(strip=True) for one in visitor.page(STATEMENT).select("main h2")]

    assert heading in titles
