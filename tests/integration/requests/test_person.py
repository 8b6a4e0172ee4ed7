"""In a file, the other requests of the person who asks, as far as the agent's departments allow; each is a look."""

from dataclasses import replace
from typing import Any

from services.chassis.actors import Actor
from services.requests.person import views as person
from services.requests.schemas.person import ListOthersOfPerson
from tests.integration.requests.conftest import AGENT, ALIX, CAMILLE, Desk
from tests.integration.requests.test_trail import looks, seen

ROAD, BIRTH, WORKS = "signalement-voirie", "acte-naissance", "declaration-prealable-travaux"


def others(desk: Desk, receipt: dict[str, Any], actor: Actor = AGENT) -> dict[str, Any]:
    return desk.answer(actor, person.others_of_person, ListOthersOfPerson(number=receipt["number"]))


def numbers(found: dict[str, Any]) -> list[str]:
    return [one["number"] for one in found["items"]]


def test_those_of_the_account_are_listed_the_latest_first_and_each_is_a_look(desk: Desk) -> None:
    first = desk.file(ROAD, CAMILLE)
    desk.clock.move(days=31)
    second = desk.file(WORKS, CAMILLE)
    desk.clock.move(minutes=1)
    birth = desk.file(BIRTH, CAMILLE)
    desk.clock.move(minutes=1)
    here = desk.file(ROAD, CAMILLE)
    desk.file(ROAD, ALIX)

    lacking = replace(AGENT, permissions=tuple(one for one in AGENT.permissions if one != "handle_confidential"))
    found = others(desk, here, lacking)

    assert found["by"] == "account"
    assert numbers(found) == [second["number"], first["number"]]
    assert [one["duplicate"] for one in found["items"]] == [False, False]
    assert seen(looks(desk, agent=AGENT.id)) == [("person", sorted(numbers(found)))]
    assert numbers(others(desk, here)) == [one["number"] for one in (birth, second, first)]
    assert numbers(others(desk, here, replace(AGENT, departments=("services-techniques",)))) == [first["number"]]


def test_without_an_account_the_same_address_counts_and_a_duplicate_is_marked(desk: Desk) -> None:
    applicant = desk.filing(ROAD).applicant
    first = desk.file(ROAD)
    desk.clock.move(days=2)
    again = desk.file(ROAD)
    desk.file(ROAD, applicant={**applicant, "email": "une.autre@exemple.example"})

    found = others(desk, again)

    assert (found["by"], numbers(found)) == ("email", [first["number"]])
    assert found["items"][0]["duplicate"]


def test_what_was_filed_again_without_an_account_is_seen_from_that_of_it(desk: Desk) -> None:
    applicant = desk.filing(ROAD).applicant
    mine, again = desk.file(ROAD, CAMILLE, applicant=applicant), desk.file(ROAD, applicant=applicant)

    found = others(desk, mine)

    assert (numbers(found), found["items"][0]["duplicate"]) == ([again["number"]], True)


def test_a_colleague_who_opened_the_file_in_the_last_minutes_is_named(desk: Desk) -> None:
    number = desk.file(ROAD)["number"]
    desk.view(number, replace(AGENT, id="44444444-4444-4444-8444-444444444444", name="Cheffe d’équipe"))
    desk.view(number, AGENT)
    desk.clock.move(minutes=2)

    assert [one["name"] for one in desk.view(number, AGENT)["also_open"]] == ["Cheffe d’équipe"]
    desk.clock.move(minutes=4)
    assert desk.view(number, AGENT)["also_open"] == []
