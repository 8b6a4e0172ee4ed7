"""The day's list: who comes to the counter, for the agents whose department has the request."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.requests import refusals
from services.requests.day_list import views as day
from services.requests.following import use_cases as following
from tests.integration.requests.conftest import AGENT, CAMILLE, VISITOR, Desk

WEDNESDAY = date(2026, 12, 2)
NINE = datetime(2026, 12, 2, 8, 0, tzinfo=UTC)
POPULATION = replace(AGENT, departments=("population",))
SCHOOLS = replace(AGENT, departments=("enfance-education",))


def booked(desk: Desk, slug: str = "inscription-scolaire", start: datetime = NINE) -> dict[str, Any]:
    return desk.file(slug, CAMILLE, start=start)


def listed(desk: Desk, actor: Any = AGENT, on: date | None = WEDNESDAY) -> dict[str, Any]:
    return desk.answer(actor, day.day_list, on)


def agenda(answer: dict[str, Any], slug: str = "population-famille") -> dict[str, Any]:
    return next(one for one in answer["agendas"] if one["slug"] == slug)


def test_an_appointment_is_on_the_list_of_its_day_until_it_is_cancelled(desk: Desk) -> None:
    receipt = booked(desk)

    found = listed(desk)

    assert found["total"] == 1
    (appointment,) = agenda(found)["appointments"]
    assert appointment["number"] == receipt["number"]
    assert appointment["starts_at"] == NINE.isoformat()
    assert appointment["ends_at"] == "2026-12-02T08:30:00+00:00"
    assert appointment["applicant_name"]
    assert "Bureau 12" in agenda(found)["place"]
    assert listed(desk, on=date(2026, 12, 3))["total"] == 0
    desk.do(CAMILLE, following.cancel, receipt["number"], desk.view(receipt["number"])["version"])
    assert listed(desk)["total"] == 0


@pytest.mark.parametrize(("answer", "shown"), [("fauteuil", "Accès en fauteuil roulant"), ("aucun", None)])
def test_the_needs_of_an_appointment_are_on_the_list_and_in_the_file(
    desk: Desk, answer: str, shown: str | None
) -> None:
    passport = {"titre": "retrait", "besoin_accueil": answer}
    receipt = desk.file("rdv-cni-passeport", answers=passport, start=NINE)

    (appointment,) = agenda(listed(desk, POPULATION), "titres-identite")["appointments"]

    assert appointment["reception"] == shown
    assert desk.view(receipt["number"], POPULATION)["reception"] == shown
    assert "reception" not in desk.view(receipt["number"], desk.holder(receipt))


def test_the_list_is_todays_unless_a_day_is_asked_for(desk: Desk) -> None:
    found = listed(desk, on=None)

    assert (found["day"], found["previous"], found["next"]) == ("2026-11-25", "2026-11-24", "2026-11-26")


def test_each_department_sees_its_own_appointments_by_name(desk: Desk) -> None:
    receipt = booked(desk)
    (appointment,) = agenda(listed(desk, POPULATION))["appointments"]
    assert appointment["number"] is None
    assert appointment["applicant_name"] is None
    assert appointment["department"] == "enfance-education"
    found = listed(desk, SCHOOLS)
    assert [one["slug"] for one in found["agendas"]] == ["population-famille"]
    assert agenda(found)["appointments"][0]["number"] == receipt["number"]


def test_a_closed_day_shows_its_reason(desk: Desk) -> None:
    assert agenda(listed(desk, on=date(2026, 12, 25)))["closed_reason"] == "Fermeture de fin d’année"


@pytest.mark.parametrize("actor", [VISITOR, CAMILLE, replace(AGENT, permissions=("manage_news",))])
def test_only_agents_who_read_requests_see_the_list(desk: Desk, actor: Any) -> None:
    with pytest.raises(refusals.NotAllowed):
        listed(desk, actor)


def test_a_day_beyond_the_calendars_is_refused(desk: Desk) -> None:
    with pytest.raises(refusals.DayUnknown):
        listed(desk, on=date.max)


def test_the_next_day_with_an_appointment_is_one_that_the_reader_may_see(desk: Desk) -> None:
    booked(desk)
    monday = date(2026, 11, 30)
    sports = replace(AGENT, departments=("vie-associative",))

    for actor in (AGENT, POPULATION, SCHOOLS):
        assert listed(desk, actor, on=monday)["next_taken"] == "2026-12-02"
    assert listed(desk, sports, on=monday)["next_taken"] is None
    assert listed(desk, on=WEDNESDAY)["next_taken"] is None


def test_the_next_day_is_never_a_past_one(desk: Desk) -> None:
    booked(desk)

    assert listed(desk, on=date(2026, 1, 5))["next_taken"] == "2026-12-02"
    desk.clock.move(days=30)
    assert listed(desk, on=date(2026, 1, 5))["next_taken"] is None
