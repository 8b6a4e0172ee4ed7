"""The last place and the last slot, wanted by fifty at once; appointments that cross; those who lose keep what was typed."""

import time
from collections.abc import Callable
from itertools import islice
from typing import Any

import pytest
import requests

from tests.faults.client import APPOINTMENT, REMOVAL
from tests.faults.crowd import Somebody, at_once, followed, side_by_side
from tests.faults.deployment import Deployment, Filed
from tests.servers import look
from tests.support.people import Person

pytestmark = [pytest.mark.faults, pytest.mark.timeout(3600)]

Json = dict[str, Any]

CROWD = 50
ROUNDS = {"gate": 2, "release": 100}
CROSSINGS = {"gate": 10, "release": 200}
ADVICE = "rdv-conseil-urbanisme"  # one desk


def free_starts(deployment: Deployment, agenda: str, most: int, *, places: int = 1) -> list[str]:
    """The first starts of an agenda that have so many free places, on as many days as it takes."""
    free = Person(deployment).free_slots(agenda)
    return list(islice((slot["start"] for slot in free if slot["free"] >= places), most))


def one_winner(answers: list[requests.Response], code: str) -> int:
    """The place of the one that was accepted; all others were refused with that code."""
    refused = [answer.json()["code"] for answer in answers if answer.status_code == 409]
    won = [place for place, answer in enumerate(answers) if answer.status_code == 201]
    assert len(won) == 1, [answer.text[:200] for answer in answers if answer.status_code == 201]
    assert refused == [code] * (len(answers) - 1), {(answer.status_code, answer.text[:200]) for answer in answers}
    return won[0]


def test_the_last_place_of_the_week_has_one_winner_and_the_others_keep_their_drafts(
    deployment: Deployment, faults: str
) -> None:
    given = Person(deployment).prepared(REMOVAL, "place@courriel.example")
    fill_the_week(deployment, given)
    # one place is given back, so that they may begin
    one = next(one for one in deployment.filed if one.procedure == REMOVAL and not one.cancelled)
    Somebody(deployment).cancel({"number": one.number, "tracking_token": one.token})
    one.cancelled = True
    version = Person(deployment).get(f"/procedures/{REMOVAL}")["version"]
    people = [Somebody(deployment) for _ in range(CROWD)]
    drafts = side_by_side(people, lambda person: drafted(person, given))
    wishes = list(zip(people, drafts, strict=True))
    for _ in range(ROUNDS[faults]):
        answers = at_once(
            wishes, lambda wish: wish[0].ask("POST", f"/drafts/{wish[1]}/submission", json={"version": version})
        )
        winner = one_winner(answers, "quota_reached")
        losers = [wish for place, wish in enumerate(wishes) if place != winner]
        kept = side_by_side(losers, lambda wish: wish[0].get(f"/drafts/{wish[1]}")["applicant"]["email"])
        assert kept == [f"{person.visitor}@a.example" for person, _ in losers]
        wishes[winner][0].cancel(answers[winner].json())
        person = Somebody(deployment)
        wishes[winner] = (person, drafted(person, given))
    look.drained(deployment)


def fill_the_week(deployment: Deployment, given: Json) -> None:
    """Takes the places that this week still has."""
    while True:
        person = Somebody(deployment)
        email = f"{person.visitor}@a.example"
        body = {**given, "applicant": given["applicant"] | {"email": email}}
        answer = person.ask("POST", "/requests", json=body)
        if answer.status_code == 409:
            assert answer.json()["code"] == "quota_reached"
            return
        receipt = answer.json()
        deployment.filed.append(
            Filed(receipt["number"], receipt["request_id"], receipt["tracking_token"], REMOVAL, email)
        )


def drafted(person: Somebody, given: Json) -> str:
    """A draft that lacks nothing but to be filed; its id."""
    draft = person.do("POST", "/drafts", {"procedure": REMOVAL, "anew": True})["id"]
    applicant = given["applicant"] | {"email": f"{person.visitor}@a.example"}
    person.do("PUT", f"/drafts/{draft}/steps/applicant", {"data": applicant})
    person.do("PUT", f"/drafts/{draft}/steps/request", {"data": given["answers"]})
    return draft


def test_the_last_slot_has_one_winner_and_is_free_again_once_given_back(deployment: Deployment, faults: str) -> None:
    given = Person(deployment).prepared(ADVICE, "creneau@courriel.example")
    [start] = free_starts(deployment, "urbanisme", 1)
    body = {**given, "slot": start}
    for _ in range(ROUNDS[faults]):
        people = [Somebody(deployment) for _ in range(CROWD)]
        answers = at_once(people, lambda person: person.ask("POST", "/requests", json=body))
        winner = one_winner(answers, "slot_taken")
        people[winner].cancel(answers[winner].json())
    assert free_starts(deployment, "urbanisme", 1) == [start]
    look.drained(deployment)


def test_appointments_that_cross_never_block_each_other(
    deployment: Deployment, faults: str, figures: Callable[[str], None]
) -> None:
    # Room for two: the first to arrive does not wait for the other to leave.
    starts = free_starts(deployment, "titres-identite", 400, places=2)
    # Two days far enough ahead to be moved: two streams, locked from both sides.
    ends = (starts[len(starts) // 2], starts[-1])
    given = Person(deployment).prepared(APPOINTMENT, "croise@courriel.example")
    people = [Somebody(deployment), Somebody(deployment)]
    receipts = [
        person.do("POST", "/requests", {**given, "slot": start}) for person, start in zip(people, ends, strict=True)
    ]
    longest = 0.0
    for turn in range(CROSSINGS[faults]):
        targets = (ends[(turn + 1) % 2], ends[turn % 2])
        begun = time.monotonic()
        answers = at_once(
            list(zip(people, receipts, targets, strict=True)), lambda wish: moved(wish[0], wish[1], wish[2])
        )
        longest = max(longest, time.monotonic() - begun)
        assert [answer.status_code for answer in answers] == [200, 200], [answer.text for answer in answers]
    figures(f"{CROSSINGS[faults]} crossings, the longest {longest:.2f} s")
    assert all("deadlock" not in log.read_text(errors="replace") for log in deployment.logs())
    look.drained(deployment)


def moved(person: Somebody, receipt: Json, start: str) -> requests.Response:
    path, mine = f"/requests/{receipt['number']}", followed(receipt)
    seen = person.get(path, headers=mine)
    booked = next(one for one in seen["appointments"] if one["status"] == "booked")
    wish = {"start": start, "version": seen["version"]}
    return person.ask("PUT", f"{path}/appointments/{booked['id']}", json=wish, headers=mine)
