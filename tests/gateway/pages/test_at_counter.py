"""« Déposer pour une personne »: the same form, in the agents' frame and in words for the agent."""

from dataclasses import replace

from tests.gateway.judge import JudgingClient, parsed
from tests.gateway.pages import agents_desk as desk
from tests.gateway.pages.town_hall import NUMBER, Drafts, tracking
from tests.gateway.stubs import StubServices

ROAD = "/demarches/signalement-voirie"
PRINT = f"/agent/demandes/{NUMBER}/courriers/accuse"


def begun(agent: JudgingClient, slug: str = "signalement-voirie") -> str:
    address = f"/demarches/{slug}"
    assert agent.submit(address, "main form[method=post]").status_code == 303
    return address


def test_the_email_address_is_left_out_where_the_person_has_none(agent: JudgingClient) -> None:
    page = agent.page(f"{begun(agent)}/etape/informations")

    email = page.select_one("input[name=email]")
    assert not email.has_attr("required")
    assert "se remettent ou se postent" in page.select_one("#z-email-aide").get_text()
    assert page.select_one("input[name='address.line1']") is not None


def test_nothing_of_the_agents_own_is_proposed_for_the_person(agent: JudgingClient) -> None:
    for slug in ("signalement-voirie", "acte-naissance"):
        page = agent.page(f"{begun(agent, slug)}/etape/informations")
        filled_by_browsers = {one.get("autocomplete") for one in page.select("main form input, main form select")}
        assert filled_by_browsers <= {"off", None}


def test_what_is_missing_is_said_of_the_person(agent: JudgingClient, drafts: Drafts) -> None:
    form = f"{begun(agent)}/etape/informations"
    agent.submit(form, "#formulaire", given_names="Ariel", action="continuer")
    told = agent.page(f"{form}?verifier=1").select_one(".error-summary").get_text(" ", strip=True)

    assert "Indiquez le nom de la personne." in told
    assert "Indiquez l’adresse de la personne." in told


def test_who_files_without_email_address_is_led_to_the_print_of_the_receipt(
    agent: JudgingClient, services: StubServices
) -> None:
    services["requests.tracking"] = tracking() | desk.case() | {"by_post": True}
    page = agent.page(f"{ROAD}/prise-en-compte/{NUMBER}").select_one("main")

    assert page.select_one("a.btn")["href"] == PRINT
    assert "courriel" not in page.get_text()


def test_who_files_for_another_department_prints_the_receipt_too(agent: JudgingClient, services: StubServices) -> None:
    services["accounts.session"] = desk.session_of(replace(desk.AGENT, departments=("urbanisme",)))
    services["requests.submit_draft"] = {"number": NUMBER, "tracking_token": "t", "email_sent_to_hint": ""}
    begun(agent)
    where = {"line1": "2 quai de l’Orne", "postcode": "61990", "city": "Saint-Aubin-sur-Orne"}
    who = {"given_names": "Ariel", "usage_name": "Nouveau"} | {f"address.{part}": text for part, text in where.items()}
    agent.submit(f"{ROAD}/etape/informations", "#formulaire", **who)
    what = {"type_probleme": "chaussee", "description": "Un trou dans la chaussée."}
    sent = agent.submit(
        f"{ROAD}/etape/demande", "#formulaire", **what, **{f"lieu.{part}": text for part, text in where.items()}
    )
    assert sent.location == f"{ROAD}/etape/recapitulatif"
    words = agent.page(sent.location).select_one("main").get_text(" ", strip=True)
    assert "Son accusé de réception s’imprimera ensuite." in words

    page = parsed(agent.submit(f"{ROAD}/etape/recapitulatif", "form:has(button[data-once])")).select_one("main")
    assert page.select_one("a.btn")["href"] == PRINT
