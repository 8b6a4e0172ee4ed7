"""The main job, spoken as programs speak it: file, answer, decide, move, cancel, and what each side sees of the other."""

import re
import uuid
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.servers.portal import Portal
from tests.support.filled import in_days
from tests.support.people import Person, eventually, mails_to, photograph

pytestmark = pytest.mark.e2e

Json = dict[str, Any]


def kinds(request: Json) -> set[str]:
    return {line["kind"] for line in request["history"]}


def once(person: Person, number: str, status: str) -> Json:
    """The request, as soon as it stands there."""
    return eventually(
        lambda: found if (found := person.request(number))["status"]["slug"] == status else None, f"status {status}"
    )


def unread(person: Person, number: str, side: str, count: int) -> Json:
    return eventually(
        lambda: found if (found := person.request(number))["unread"][side] == count else None,
        f"{count} unread for {side}",
    )


@pytest.fixture
def address() -> str:
    """An address that no other test writes to."""
    return f"{uuid.uuid4().hex[:12]}@courriel.example"


def report_a_problem(person: Person, address: str) -> str:
    body = person.prepared("signalement-voirie", email=address)
    draft = person.do("POST", "/drafts", {"procedure": "signalement-voirie", "anew": True})["id"]
    assert person.upload(draft, "photo", "trottoir.jpg", photograph()).status_code == 201
    receipt = person.do("POST", "/requests", {**body, "draft_id": draft})
    person.session.headers["Parvis-Tracking"] = receipt["tracking_token"]
    number = receipt["number"]
    eventually(lambda: "document" in kinds(person.request(number)), "the piece in the history")
    return number


def test_a_report_is_filed_answered_scheduled_and_closed(
    portal: Portal, a_visitor: Person, agent: Person, address: str
) -> None:
    number = report_a_problem(a_visitor, address)

    receipt = eventually(lambda: mails_to(portal, address), "the acknowledgement")[0]
    assert number in receipt["text"]
    assert "Services techniques" in receipt["text"]
    assert "Le présent message confirme la réception" in receipt["text"]

    seen = agent.request(number)
    piece = agent.get(f"/requests/{number}/documents")["documents"][0]
    file = agent.ask("GET", f"/requests/{number}/files/{piece['files'][0]['id']}")
    assert file.content[:3] == b"\xff\xd8\xff"

    agent.do("POST", f"/agent/requests/{number}/charge", {"version": agent.request(number)["version"]})
    assert once(a_visitor, number, "in_review")["status"]["label"] == "En cours d’instruction"

    secret = "Pouvez-vous préciser le numéro du candélabre"
    agent.do("POST", f"/requests/{number}/exchanges", {"text": f"{secret} ?"})
    unread(a_visitor, number, "citizen", 1)
    news = eventually(lambda: mails_to(portal, address)[1:], "the mail about the exchange")[0]
    assert secret not in news["text"] + news["html"] + news["subject"]

    exchange = a_visitor.get(f"/requests/{number}/exchanges")["items"][0]
    assert exchange["read_at"] is None
    a_visitor.do("POST", f"/requests/{number}/exchanges/{exchange['id']}/reading")
    unread(a_visitor, number, "citizen", 0)

    a_visitor.do("POST", f"/requests/{number}/exchanges", {"text": "Il n’y en a pas, c’est le trottoir."})
    unread(agent, number, "town", 1)

    reply = {"reply": "intervention-programmee"}
    assert agent.do("POST", f"/agent/requests/{number}/reply-preview", reply)["unfilled"] == ["deadline"]
    sent = {**reply, "to": "scheduled", "version": agent.request(number)["version"]}
    assert agent.refused("POST", f"/agent/requests/{number}/status", sent)["status"] in (409, 422)
    agent.do("POST", f"/agent/requests/{number}/status", {**sent, "values": {"deadline": in_days(14)}})
    once(a_visitor, number, "scheduled")

    stale = {"to": "done", "reply": "intervention-faite", "version": seen["version"]}
    assert agent.refused("POST", f"/agent/requests/{number}/status", stale)["code"] == "stale"
    eventually(lambda: agent.request(number)["unread"]["citizen"] == 1, "the reply as an exchange")
    agent.do("POST", f"/agent/requests/{number}/status", {**stale, "version": agent.request(number)["version"]})

    assert once(a_visitor, number, "done")["status"]["closed"]
    told = eventually(
        lambda: lines if len(lines := a_visitor.request(number)["history"]) == 10 else None, "the last reply"
    )
    assert [(line["kind"], line["title"].replace("\u00a0", " ")) for line in reversed(told)] == [
        ("operation", "Demande enregistrée"),
        ("document", "Pièce ajoutée : Photographie"),
        ("operation", "Demande prise en charge : statut « En cours d’instruction »"),
        ("exchange", "La mairie a écrit"),
        ("exchange", "Message de la mairie lu"),
        ("exchange", "Message envoyé à la mairie"),
        ("operation", "Statut « Programmée »"),
        ("exchange", "La mairie a écrit"),
        ("operation", "Statut « Terminée »"),
        ("exchange", "La mairie a écrit"),
    ]


def test_the_page_to_try_sends_calls_that_succeed(page: Page) -> None:
    page.goto("/api/docs")
    for call, filled, told in (
        ("GET /api/v1/procedures/{slug}", {"slug (obligatoire)": "acte-naissance"}, "200 OK"),
        ("POST /api/v1/drafts", {"Corps de la requête (JSON)": '{"procedure": "signalement-voirie"}'}, "201 CREATED"),
    ):
        tried = page.locator("[data-operation]").filter(has=page.get_by_text(call, exact=True))
        tried.locator("summary").click()
        for label, value in filled.items():
            tried.get_by_label(label).fill(value)
        tried.get_by_role("button", name="Envoyer la requête").click()
        expect(tried.get_by_role("status")).to_contain_text(told, ignore_case=True)
        expect(tried.get_by_role("status")).to_contain_text(re.compile('"(slug|procedure)": "(acte-naissance|signal)'))
