"""The main job, spoken as programs speak it: file, answer, decide, move, cancel, and what each side sees of the other."""

import re
import uuid
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.people import Person, eventually, log_in, mails_to, photograph, visitor
from tests.filled import in_days, today
from tests.portal import Portal

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


def test_what_is_not_the_towns_is_forwarded_with_a_reason(a_visitor: Person, agent: Person, address: str) -> None:
    number = report_a_problem(a_visitor, address)
    agent.do("POST", f"/agent/requests/{number}/charge", {"version": agent.request(number)["version"]})

    decision = {
        "to": "redirected",
        "reply": "autre-administration",
        "values": {"other_administration": "au Conseil départemental de l’Orne"},
        "reason": "La voie est départementale.",
        "version": agent.request(number)["version"],
    }
    agent.do("POST", f"/agent/requests/{number}/status", decision)

    assert once(a_visitor, number, "redirected")["status"]["label"] == "Transmise à une autre administration"


def test_who_saw_a_request_in_a_list_is_in_the_journal_of_the_request_the_agent_and_the_day(
    portal: Portal, a_visitor: Person, agent: Person
) -> None:
    number = a_visitor.file("signalement-voirie")["number"]
    for _ in range(2):
        agent.get("/agent/requests", params={"q": number})
    auditor = log_in(portal, "administrator")

    [seen] = [look for look in auditor.get(f"/agent/requests/{number}/views")["views"] if look["what"] == "search"]

    assert seen["query"]["q"] == number
    for asked in ({"agent": seen["agent_id"]}, {"day": today().isoformat()}):
        looks = [look for look in auditor.get("/agent/views", params=asked)["views"] if look["what"] == "search"]
        assert [look["at"] for look in looks if look["numbers"] == [number]] == [seen["at"]]
    assert agent.refused("GET", "/agent/views", params={"agent": seen["agent_id"]})["code"] == "not_allowed"


def test_the_police_file_is_invisible_to_the_front_desk(camille: Person, agent: Person) -> None:
    number = camille.do("POST", "/requests", camille.prepared("tranquillite-vacances"))["number"]

    assert agent.ask("GET", f"/requests/{number}").status_code == 404
    assert number not in {item["number"] for item in agent.get("/agent/requests", params={"q": number})["items"]}


def test_someone_elses_request_is_not_found(a_visitor: Person, portal: Portal, address: str) -> None:
    number = report_a_problem(a_visitor, address)

    assert visitor(portal).ask("GET", f"/requests/{number}").status_code in (401, 404)


def test_an_appointment_is_moved_and_its_request_cancelled(portal: Portal, camille: Person) -> None:
    body = camille.prepared("location-salle")
    filed = camille.do("POST", "/requests", body)
    number = filed["number"]
    first = camille.request(number)
    booked = first["appointments"][0]
    assert booked["status"] == "booked"

    other = camille.first_free("salles")
    path = f"/requests/{number}/appointments/{booked['id']}"
    camille.do("PUT", path, {"start": other["start"], "version": first["version"]})
    moved = camille.request(number)
    assert sorted(one["status"] for one in moved["appointments"]) == ["booked", "cancelled"]
    eventually(
        lambda: [
            mail
            for mail in mails_to(portal, body["applicant"]["email"])
            if number in mail["subject"] + mail["text"] and mail["attachments"]
        ][1:],
        "the calendar files of both appointments",
    )

    camille.do("POST", f"/requests/{number}/cancellation", {"version": moved["version"]})
    cancelled = camille.request(number)
    assert cancelled["archived"]
    assert cancelled["status"]["slug"] == "cancelled"
    assert not cancelled["can"]["cancel"]
    week = camille.get("/agendas/salles/slots", params={"week": other["start"][:10]})
    assert other["start"] in {slot["start"] for day in week["days"] for slot in day["slots"] if slot["free"]}


def test_a_place_of_the_week_is_free_again_once_its_request_is_cancelled(a_visitor: Person, address: str) -> None:
    number = a_visitor.file("enlevement-encombrants", email=address)["number"]

    a_visitor.do("POST", f"/requests/{number}/cancellation", {"version": a_visitor.request(number)["version"]})

    assert a_visitor.request(number)["archived"]
    assert a_visitor.file("enlevement-encombrants", email=address)["number"] != number


def test_the_same_command_twice_is_one_request(a_visitor: Person, address: str) -> None:
    body = a_visitor.prepared("signalement-voirie", email=address)
    key = str(uuid.uuid4())

    numbers = {a_visitor.do("POST", "/requests", body, key=key)["number"] for _ in range(2)}

    assert len(numbers) == 1
    other = {**body, "applicant": {**body["applicant"], "given_names": "Autre"}}
    assert a_visitor.refused("POST", "/requests", other, key=key)["code"] == "command_reused"


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


def test_a_forged_tracking_link_opens_nothing(a_visitor: Person, portal: Portal, address: str) -> None:
    token = a_visitor.file("signalement-voirie", email=address)["tracking_token"]
    forged = ("A" if token[0] != "A" else "B") + token[1:]

    problem = visitor(portal).refused("POST", "/tracking", {"token": forged})

    assert problem["code"] == "tracking_link_invalid"


def test_a_file_that_is_not_what_its_name_says_is_refused(a_visitor: Person) -> None:
    draft = a_visitor.do("POST", "/drafts", {"procedure": "signalement-voirie", "anew": True})["id"]

    answer = a_visitor.upload(draft, "photo", "photo.jpg", b"<html><script>alert(1)</script></html>")

    assert answer.json().get("state") == "refused" or 400 <= answer.status_code < 500


def test_a_file_too_many_or_of_another_format_is_refused_as_it_is_handed_in(a_visitor: Person) -> None:
    slug = "signalement-voirie"
    [photo] = [field for field in a_visitor.definition(slug)["fields"] if field["name"] == "photo"]
    draft = a_visitor.do("POST", "/drafts", {"procedure": slug, "anew": True})["id"]

    other = a_visitor.upload(draft, "photo", "photo.odt", photograph())
    for number in range(photo["max_files"]):
        assert a_visitor.upload(draft, "photo", f"photo{number}.jpg", photograph()).status_code == 201
    one_more = a_visitor.upload(draft, "photo", "photo-de-trop.jpg", photograph())

    assert other.json()["code"] == "forbidden_format"
    assert "Choisissez un fichier" in other.json()["detail"]
    assert one_more.json()["code"] == "too_many_files"
    assert f"au plus pour « {photo['label']} »" in one_more.json()["detail"]
