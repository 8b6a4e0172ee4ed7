"""A form that meets an ended session waits behind the log-in, and comes back filled on its own page."""

from typing import Any

import pytest
from bs4 import BeautifulSoup
from werkzeug.test import TestResponse

from services.chassis.errors import Forbidden, Unavailable
from services.requests.schemas.refusals import RequestNotFound
from tests.support import agents_desk as desk
from tests.support.demo_town import NUMBER
from tests.support.drafts import Drafts
from tests.support.filing import begin
from tests.support.judge import Client, held_values, parsed
from tests.support.own_space import member_id
from tests.support.stubs import Stubs

FILE = f"/agent/demandes/{NUMBER}"
FOLLOWED = f"/demande/{NUMBER}"
FAMILY = "/mon-espace/famille"
BORN = {"birth_date-jour": "4", "birth_date-mois": "5", "birth_date-annee": "2020"}
CHILD = {"given_names": "Ada", "birth_name": "Nouveau", **BORN}
WORDS = "Nous passons mardi à 14 h : « merci » & <à bientôt>."


def late(client: Client, address: str, form: str, **typed: Any) -> TestResponse:
    """What answers a form that is sent when the session has ended since its page was opened."""
    page = client.page(address)
    client.delete_cookie("parvis")
    return client.fill(page, form, **typed)


def log_in(client: Client, asked: TestResponse, **typed: Any) -> TestResponse:
    """The form on that page, sent with these values."""
    return client.fill(parsed(asked), **{"mot-de-passe": "secret", **typed})


def brought_back(client: Client, entered: TestResponse, asked: TestResponse) -> BeautifulSoup:
    """Follows the browser's way back: the same body, sent on to the form's own address."""
    assert entered.status_code == 307
    return parsed(client.post(entered.location, data=sent_again(asked)), 200)


def sent_again(asked: TestResponse) -> dict[str, Any]:
    return held_values(parsed(asked).select_one("main form"))


def test_an_agents_message_comes_back_after_password_and_code(agent: Client, services: Stubs) -> None:
    answer = late(agent, f"{FILE}?onglet=echanges", "#nouveau", message=WORDS)
    assert "Votre session a pris fin" in parsed(answer).select_one("main .notice").get_text()
    wrong = Forbidden("Ce nom d’utilisateur et ce mot de passe ne correspondent pas.")
    right, services["accounts.log_in"] = services.answers["accounts.log_in"], wrong
    mistaken = log_in(agent, answer, utilisateur="agent.accueil")
    services["accounts.log_in"] = right
    code = log_in(agent, mistaken, utilisateur="agent.accueil", **{"mot-de-passe": "secret"})

    entered = log_in(agent, code, code="123456")

    page = brought_back(agent, entered, code)
    assert entered.location == f"{FILE}/echanges"
    assert page.select_one("textarea#message").get_text() == WORDS
    assert services.bodies("messaging.add_exchange") == []
    assert not any("mardi" in value for value in entered.headers.getlist("Set-Cookie"))


def test_restarting_the_log_in_keeps_what_was_typed(agent: Client) -> None:
    answer = late(agent, f"{FILE}?onglet=notes", "#nouvelle", note=WORDS)
    code = log_in(agent, answer, utilisateur="agent.accueil")
    restart = parsed(code).select_one("main form button[value=recommencer]")

    again = agent.post(str(restart["formaction"]), data=sent_again(code) | {"action": "recommencer"})

    assert sent_again(again)["garde:note"] == WORDS


@pytest.mark.parametrize(
    ("reader", "address", "form", "typed"),
    [
        ("agent", f"{FILE}?onglet=notes", "#nouvelle", {"note": WORDS}),
        ("agent", f"{FILE}?onglet=pieces", "#ajouter form", {"libelle": "Décision signée"}),
        ("agent", f"{FILE}/decision?vers=redirected", "main form", {"other_administration": "Orne", "reason": WORDS}),
        ("citizen", f"{FOLLOWED}?onglet=echanges", "form#nouveau", {"message": WORDS}),
        ("citizen", f"{FAMILY}/ajouter?demarche=inscription-scolaire", "main form", CHILD),
        ("citizen", f"{FAMILY}/{member_id('lou')}/modifier", "main form", CHILD),
    ],
    indirect=["reader"],
)
def test_a_form_is_given_back_on_its_own_page(
    reader: Client, services: Stubs, address: str, form: str, typed: dict[str, str]
) -> None:
    answer = late(reader, address, form, **typed)
    entered = log_in(reader, answer, utilisateur="somebody")
    if address.startswith("/agent"):
        answer, entered = entered, log_in(reader, entered, code="123456")

    page = brought_back(reader, entered, answer)

    assert held_values(page.select_one(form)).items() >= typed.items()
    assert "Votre saisie est gardée" in page.select_one("main").get_text()
    commands = {asked.method for asked in services.asked if asked.command_id}
    assert commands <= {"accounts.log_in", "accounts.second_factor", "requests.adopt_drafts"}


def test_another_tracking_link_in_the_browser_keeps_what_was_typed(citizen: Client, services: Stubs) -> None:
    form = held_values(citizen.page(f"{FOLLOWED}?onglet=echanges").select_one("form#nouveau"))
    citizen.set_cookie("parvis-tracking", "of-another-request")
    services["accounts.session"] = Forbidden()
    services["requests.tracking"] = RequestNotFound()

    answer = citizen.post(f"{FOLLOWED}/echanges", data=form | {"message": WORDS})

    assert sent_again(answer)["garde:message"] == WORDS


def test_a_step_of_a_procedure_is_kept_in_the_account(citizen: Client, drafts: Drafts) -> None:
    road = begin(citizen, "/demarches/demande-composteur")
    answer = late(citizen, f"{road}/etape/informations", "form#formulaire", given_names="Camille", email="c@courriel")
    entered = log_in(citizen, answer, utilisateur="camille.exemple")

    back = citizen.post(entered.location, data=sent_again(answer))

    assert back.location == f"{road}/etape/informations"
    assert citizen.page(back.location).select_one("input[name=email]")["value"] == "c@courriel"


def test_a_form_without_a_text_leads_back_to_its_page(agent: Client, services: Stubs) -> None:
    code = log_in(agent, late(agent, FILE, "#agir form"), utilisateur="agent.accueil")

    back = agent.post(log_in(agent, code, code="123456").location, data=sent_again(code))

    assert back.location == FILE
    assert services.bodies("requests.take_in_charge") == []


def test_an_outage_of_accounts_after_the_log_in_keeps_what_was_typed(citizen: Client, services: Stubs) -> None:
    answer = late(citizen, f"{FOLLOWED}?onglet=echanges", "form#nouveau", message=WORDS)
    services["accounts.session"] = Unavailable()

    entered = log_in(citizen, answer, utilisateur="camille.exemple")
    waiting = citizen.post(entered.location, data=sent_again(answer))

    assert waiting.status_code == 503
    assert WORDS in sent_again(waiting).values()


def test_a_log_in_without_the_right_to_the_page_leads_to_the_users_own_page(agent: Client, services: Stubs) -> None:
    code = log_in(agent, late(agent, FILE, "#agir form"), utilisateur="agent.accueil")
    services["accounts.session"] = desk.session_of(desk.EDITOR)

    assert log_in(agent, code, code="123456").location == "/agent/mon-compte"


def test_a_form_from_another_site_is_not_kept(visitor: Client) -> None:
    sent = visitor.post(f"{FOLLOWED}/echanges", data={"message": WORDS}, headers={"Sec-Fetch-Site": "cross-site"})

    assert "garde:message" not in sent_again(sent)
