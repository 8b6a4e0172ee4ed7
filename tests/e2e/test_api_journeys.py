"""What a program does for people beside the main job: slots, links, spaces, votes, and who handles a request."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.e2e.journeys.captcha import read_code
from tests.e2e.journeys.mails import Mails, activation_link, new_address, return_link, tracking_link
from tests.e2e.people import Person, eventually, log_in, visitor
from tests.filled import ADDRESS
from tests.portal import Portal

pytestmark = pytest.mark.e2e

Json = dict[str, Any]
PARIS = ZoneInfo("Europe/Paris")
HOLD = timedelta(minutes=15)
SLACK = timedelta(minutes=1)
PASSWORD = "quatre mots bien choisis"
HOLDERS = ("camille.exemple", "alix.fictif", "morgan.modele", "claude.temoin", "jo.essai")
POLL = "/polls/horaires-mediatheque"
OPINION = {"frequence": "mois", "creneaux": ["soir", "samedi"], "satisfaction": 4}


def token_of(link: str) -> str:
    return link.rpartition("/")[2]


def slot_at(person: Person, start: str, **asked: str) -> Json:
    """The slot of « Conseil en urbanisme » that begins then, as this person sees it."""
    week = person.get("/agendas/urbanisme/slots", params={"week": start[:10], **asked})
    return next(slot for day in week["days"] for slot in day["slots"] if slot["start"] == start)


def test_a_slot_is_held_for_a_draft_out_of_everybody_elses_sight_until_it_is_given_back(
    a_visitor: Person, portal: Portal
) -> None:
    rival, start = visitor(portal), a_visitor.first_free("urbanisme")["start"]
    mine, theirs = (
        one.do("POST", "/drafts", {"procedure": "rdv-conseil-urbanisme"})["id"] for one in (a_visitor, rival)
    )
    before = datetime.now(UTC)

    held = a_visitor.do("PUT", f"/drafts/{mine}/slot", {"start": start})["slot"]

    assert HOLD - SLACK < datetime.fromisoformat(held["held_until"]) - before < HOLD + SLACK
    assert slot_at(a_visitor, start, draft_id=mine)["mine"]
    assert slot_at(rival, start)["free"] == 0
    assert rival.refused("PUT", f"/drafts/{theirs}/slot", {"start": start})["code"] == "slot_taken"

    a_visitor.do("DELETE", f"/drafts/{mine}/slot")

    assert slot_at(rival, start)["free"] == 1
    assert rival.do("PUT", f"/drafts/{theirs}/slot", {"start": start})["slot"]["start"] == start
    rival.do("DELETE", f"/drafts/{theirs}")
    assert slot_at(a_visitor, start)["free"] == 1


def test_a_link_sent_again_opens_the_request_and_puts_it_into_an_account(a_visitor: Person, portal: Portal) -> None:
    mails, lost = Mails(portal.mail, new_address()), visitor(portal)
    number = a_visitor.file("signalement-voirie", email=mails.address)["number"]

    lost.do("POST", "/tracking/links", {"number": number, "email": mails.address})
    token = token_of(tracking_link(mails.next("lien de suivi")))

    opened = lost.do("POST", "/tracking", {"token": token})
    assert (opened["number"], opened["login_required"]) == (number, False)
    link = {"Parvis-Tracking": token}
    assert lost.get(f"/requests/{number}", headers=link)["number"] == number

    morgan = log_in(portal, "citizen", "morgan.modele")
    assert morgan.refused("POST", f"/requests/{number}/attachment")["code"] == "request_not_found"
    morgan.do("POST", f"/requests/{number}/attachment", headers=link)

    assert number in {line["number"] for line in morgan.get("/requests")["items"]}
    assert morgan.request(number)["number"] == number
    assert lost.ask("GET", f"/requests/{number}", headers=link).status_code == 401


def test_a_space_is_made_with_its_code_activated_by_its_mail_and_closed(a_visitor: Person, portal: Portal) -> None:
    mails, username = Mails(portal.mail, new_address()), f"noor.{uuid.uuid4().hex[:8]}"
    secret = {"username": username, "password": PASSWORD}
    space = {
        "identity": {
            "civility": "non_precise",
            "given_names": "Noor",
            "birth_name": "Inventé",
            "birth_date": "1990-04-12",
        },
        "address": ADDRESS,
        "contact": {"email": mails.address},
        "preferred_contact": "email",
        "credentials": secret,
    }
    wrong, right = (a_visitor.do("POST", "/captcha")["id"] for _ in range(2))

    # Made once the code is right; no way in before it is activated
    refused = a_visitor.refused("POST", "/accounts", {**space, "captcha": {"id": wrong, "answer": "FAUX"}})
    assert list(refused["fields"]) == ["captcha.answer"]
    a_visitor.do("POST", "/accounts", {**space, "captcha": {"id": right, "answer": read_code(portal, right)}})
    first = token_of(activation_link(mails.next("Activez votre espace")))
    assert a_visitor.refused("POST", "/sessions", secret)["code"] == "log_in_refused"

    # The link again, for whoever waits for one: the newest alone opens the space
    for address in (new_address(), mails.address):
        a_visitor.do("POST", "/accounts/activation/links", {"email": address})
    newest = token_of(activation_link(mails.next("Activez votre espace", beyond=1)))
    old = a_visitor.refused("POST", "/accounts/activation", {"token": first, "password": PASSWORD})
    assert old["code"] == "activation_link_unknown"
    a_visitor.do("POST", "/accounts/activation", {"token": newest, "password": PASSWORD})

    # In; then closed by the password, until it is erased
    noor = Person(portal)
    noor.session.headers["Authorization"] = f"Bearer {noor.do('POST', '/sessions', secret)['session']}"
    assert noor.get("/profile")["identity"]["given_names"] == "Noor"
    assert noor.refused("POST", "/profile/closure", {"password": "un autre"})["code"] == "password_wrong"
    days = noor.get("/profile/closure")
    assert noor.do("POST", "/profile/closure", {"password": PASSWORD}) == days
    eventually(lambda: noor.ask("GET", "/profile").status_code == 401, "the end of the session")
    assert a_visitor.refused("POST", "/sessions", secret)["code"] == "closure_pending"

    # Back by the link and the password
    link = token_of(return_link(mails.next("Votre espace est fermé")))
    a_visitor.do("POST", "/profile/closure/withdrawal", {"token": link, "password": PASSWORD})
    noor.session.headers["Authorization"] = f"Bearer {noor.do('POST', '/sessions', secret)['session']}"
    assert noor.get("/profile")["identity"]["given_names"] == "Noor"


def test_an_agent_finds_a_colleague_hands_the_request_on_and_the_file_says_so(a_visitor: Person, agent: Person) -> None:
    number = a_visitor.file("signalement-voirie", email=new_address())["number"]
    department = agent.request(number)["department"]
    colleague = next(
        one
        for one in agent.get("/agent/colleagues")["agents"]
        if department in one["departments"] and one["username"] == "agent.technique"
    )
    handed = f"Demande confiée à {colleague['name']}"

    def hand_to(whom: str | None) -> Json:
        version = agent.request(number)["version"]
        agent.do("PUT", f"/agent/requests/{number}/assignee", {"assignee": whom, "version": version})
        return agent.request(number)

    file = hand_to(colleague["id"])

    assert file["assignee"] == {"id": colleague["id"], "name": colleague["name"]}
    assert handed in {line["title"] for line in file["history"]}
    assert handed not in {line["title"] for line in a_visitor.request(number)["history"]}
    [line] = agent.get("/agent/requests", params={"q": number})["items"]
    assert line["assignee"]["id"] == colleague["id"]
    assert hand_to(None)["assignee"] is None

    # And it says which mails left
    emails = f"/agent/requests/{number}/emails"
    sent = eventually(lambda: [one for one in agent.get(emails)["items"] if one["state"] == "sent"], "a mail that left")
    assert [one["label"] for one in sent] == ["Accusé de réception"]


def test_a_vote_is_counted_once(portal: Portal) -> None:
    people = [log_in(portal, "citizen", name) for name in HOLDERS]
    first, key = people[0], str(uuid.uuid4())
    assert first.get(POLL)["answered"] is False

    first.do("POST", f"{POLL}/votes", {"answers": OPINION}, key=key)
    for person in people[1:]:
        person.do("POST", f"{POLL}/votes", {"answers": OPINION})
    told = first.get(POLL)
    assert told["answered"] is True
    assert told["results"]["answers"] >= len(people), "shown from five on; other tests of this portal vote as well"

    first.do("POST", f"{POLL}/votes", {"answers": OPINION}, key=key)
    assert first.refused("POST", f"{POLL}/votes", {"answers": OPINION})["code"] == "already_answered"
    assert first.get(POLL)["results"]["answers"] == told["results"]["answers"]


def test_an_appointment_goes_into_ones_own_calendar(a_visitor: Person) -> None:
    number = a_visitor.file("rdv-cni-passeport", email=new_address())["number"]
    [appointment] = a_visitor.request(number)["appointments"]
    start = datetime.fromisoformat(appointment["starts_at"]).astimezone(PARIS)

    file = a_visitor.ask("GET", f"/requests/{number}/calendar.ics")

    assert (file.status_code, file.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert f"DTSTART;TZID=Europe/Paris:{start:%Y%m%dT%H%M%S}" in file.text
    assert number in file.text


def test_a_search_finds_the_whole_portal(a_visitor: Person) -> None:
    found = a_visitor.get("/search", params={"q": "eclairage"})["items"]
    whole = a_visitor.get("/search", params={"q": "mariage"})["items"]

    assert ("procedure", "signalement-voirie") in {(item["kind"], item["slug"]) for item in found}
    assert {"procedure", "practical_info"} <= {item["kind"] for item in whole}
