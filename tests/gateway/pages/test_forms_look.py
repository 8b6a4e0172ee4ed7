"""What every form has in common: one mark of what is required, one look of questions, nothing that leads away."""

import pytest

from tests.support.demo_town import NUMBER
from tests.support.filing import ROAD, begin
from tests.support.judge import Client

STEP = f"{ROAD}/etape/informations"
REQUEST = f"/demande/{NUMBER}"
AFTERWARDS = (f"{ROAD}/prise-en-compte/{NUMBER}", REQUEST, f"{REQUEST}?onglet=demande", f"{REQUEST}/recepisse")


def foot_lines(client: Client, address: str) -> int:
    """How many lines the foot of that page has."""
    return len(client.page(address).select("#pied > .wrap > *"))


def test_inside_a_form_the_foot_has_three_lines(visitor: Client) -> None:
    begin(visitor)

    assert [foot_lines(visitor, address) for address in (STEP, "/creer-mon-espace")] == [3, 3]
    words = visitor.page(STEP).select_one("#pied").get_text(" ", strip=True)
    assert "Besoin d’aide" in words
    assert "Accessibilité" in words
    assert visitor.page("/").select_one("#pied-autrement") is not None


@pytest.mark.parametrize("address", ["/connexion", "/activation", "/mot-de-passe-oublie", "/suivi"])
def test_a_form_of_a_visitor_ends_in_three_lines(visitor: Client, address: str) -> None:
    assert foot_lines(visitor, address) == 3


@pytest.mark.parametrize("address", ["/mon-espace/profil", "/mon-espace/identifiants", "/mon-espace/famille/ajouter"])
def test_a_form_of_a_holder_ends_in_three_lines(citizen: Client, address: str) -> None:
    assert foot_lines(citizen, address) == 3


@pytest.mark.parametrize("address", AFTERWARDS)
def test_what_follows_a_form_ends_so_too_and_says_how_to_do_it_offline(follower: Client, address: str) -> None:
    assert foot_lines(follower, address) == 3
    assert follower.page(address).select_one("#pied a[href='/aide#guichet']").get_text() == "Sans internet"
    assert follower.page("/aide").select_one("#guichet + p") is not None


@pytest.mark.parametrize("address", ["/creer-mon-espace", STEP])
def test_an_optional_question_bears_no_mark(visitor: Client, address: str) -> None:
    begin(visitor)

    labels = [label.get_text(" ", strip=True) for label in visitor.page(address).select("main label, main legend")]
    assert labels
    assert [label for label in labels if "facultatif" in label] == []
