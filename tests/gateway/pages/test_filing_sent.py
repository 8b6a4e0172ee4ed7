"""A form that was sent: its number and its tracking link, once, however often it comes."""

from dataclasses import replace

from flask import Flask

from gateway.http.rate_limits import SUBMIT, RateLimits
from services.requests.schemas.refusals import DraftFiled
from tests.support import agents_desk as desk
from tests.support.demo_town import DRAFT, NUMBER
from tests.support.drafts import RECEIPT, Drafts
from tests.support.filing import ROAD, answer
from tests.support.judge import Client, held_values, parsed
from tests.support.stubs import Stubs


def test_validating_leads_to_the_number_and_gives_the_browser_its_tracking_link(
    visitor: Client, services: Stubs
) -> None:
    answer(visitor)

    sent = visitor.submit(f"{ROAD}/etape/recapitulatif", "main form[method=post]")

    assert sent.location == f"{ROAD}/prise-en-compte/{NUMBER}"
    assert visitor.get_cookie("parvis-tracking").value == "token"
    assert services.bodies("requests.submit_draft")[0]["draft_id"] == DRAFT
    assert NUMBER in visitor.page(sent.location).get_text()


def test_an_agent_reads_the_number_of_a_request_filed_for_another_department(agent: Client, services: Stubs) -> None:
    services["accounts.session"] = desk.session_of(replace(desk.AGENT, departments=("urbanisme",)))
    answer(agent)

    sent = agent.submit(f"{ROAD}/etape/recapitulatif", "form:has(button[data-once])")

    page = parsed(sent).select_one("main")
    assert sent.status_code == 200
    assert page.select_one(".number").get_text() == NUMBER
    assert "un autre service que les vôtres" in page.get_text()
    assert not {link["href"] for link in page.select("a")} & {f"/agent/demandes/{NUMBER}", f"/demande/{NUMBER}"}


def test_the_same_form_sent_twice_is_one_request(visitor: Client, drafts: Drafts) -> None:
    answer(visitor)
    page = visitor.page(f"{ROAD}/etape/recapitulatif")
    values = held_values(page.select_one("main form[method=post]"))
    first = visitor.post(f"{ROAD}/etape/recapitulatif", data=values)
    drafts.kept.clear()

    second = visitor.post(f"{ROAD}/etape/recapitulatif", data=values)

    assert second.location == first.location


def test_filing_above_the_rate_limit_shows_the_wait_and_gives_the_form_back(
    citizen: Client, app: Flask, services: Stubs
) -> None:
    app.extensions["parvis.security"].limits = RateLimits(1, clock=lambda: 0)
    answer(citizen)
    summary = f"{ROAD}/etape/recapitulatif"
    values = held_values(citizen.page(summary).select_one("main form[method=post]"))
    for _ in range(SUBMIT.times):
        assert citizen.post(summary, data=values).status_code == 303

    refused = citizen.post(summary, data=values)

    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "120")
    assert len(services.bodies("requests.submit_draft")) == SUBMIT.times
    assert held_values(parsed(refused).select_one("main form[method=post]"))["draft_id"] == DRAFT
    assert citizen.submit(f"{ROAD}/etape/demande", "form#formulaire").status_code == 303, "a step is still kept"


def test_an_old_form_without_a_valid_link_shows_the_number_and_keeps_no_link(visitor: Client, services: Stubs) -> None:
    answer(visitor)
    services["requests.submit_draft"] = {**RECEIPT, "tracking_token": None}

    page = parsed(visitor.submit(f"{ROAD}/etape/recapitulatif", "main form[method=post]"), 200)

    assert NUMBER in page.select_one("[role=status]").get_text()
    assert page.select_one("form[action='/suivi'] input[name=numero]")["value"] == NUMBER
    assert visitor.get_cookie("parvis-tracking") is None


def test_the_form_of_a_filed_draft_leads_to_its_request_and_not_to_a_blank_one(
    visitor: Client, services: Stubs, drafts: Drafts
) -> None:
    answer(visitor)
    form = visitor.page(f"{ROAD}/etape/demande").select_one("form#formulaire")
    visitor.submit(f"{ROAD}/etape/recapitulatif", "main form[method=post]")
    drafts.kept.clear()
    services["requests.draft"] = DraftFiled(details={"number": NUMBER})

    sent = visitor.post(f"{ROAD}/etape/demande", data=held_values(form) | {"description": "Deux trous."})

    page = parsed(sent)
    assert (sent.status_code, page.h1.get_text()) == (409, "Cette demande est déjà envoyée")
    assert NUMBER in page.select_one("main").get_text()
    assert page.select_one(f"main a.btn[href='/demande/{NUMBER}']") is not None
    assert "Deux trous." in page.select_one("textarea[readonly]").get_text()
    assert "La mairie ne l’a pas reçu" not in page.get_text()
    assert page.select_one(f"main a[href='{ROAD}']") is None
