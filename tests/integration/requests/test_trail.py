"""The journal has every list that the staff read: which requests it showed, to whom, when, for which query (D8)."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any

import pytest
from psycopg import Rollback

from services.requests import refusals
from services.requests.day_list import views as day
from services.requests.lifecycle import use_cases as timers
from services.requests.notices.views import recipients
from services.requests.schemas.journal import ListStaffLooks
from services.requests.schemas.work_list import ListWork
from services.requests.worklist import views as work
from tests.integration.requests.conftest import AGENT, CAMILLE, Desk
from tests.integration.requests.test_agents import ADMIN, ROAD, journal
from tests.integration.requests.test_counter import at_counter
from tests.integration.requests.test_day_list import WEDNESDAY, booked
from tests.integration.requests.test_work_list import listed
from tests.support.statements import executed

AUDITOR = replace(ADMIN, id="55555555-5555-4555-8555-555555555555")
COLLEAGUE = replace(AGENT, id="44444444-4444-4444-8444-444444444444", name="Chef d’équipe")


def looks(desk: Desk, actor: Any = ADMIN, at_most: int = 50, **asked: Any) -> list[dict[str, Any]]:
    """What the journal has of an agent or of a day, the latest first; without the readings of it."""
    given = ListStaffLooks(at_most=at_most, **asked)
    return [look for look in desk.answer(actor, work.looks, given)["views"] if look["what"] != "journal"]


def seen(looks: list[dict[str, Any]]) -> list[tuple[str, list[str]]]:
    return [(look["what"], look["numbers"]) for look in looks]


def who_saw(desk: Desk, receipt: Any) -> list[tuple[str, str]]:
    """Who saw the request, and how, the latest first; without the readings of the journal."""
    views = journal(desk, ADMIN, receipt["number"])["views"]
    return [(look["agent_name"], look["what"]) for look in views if look["what"] not in ("audit_trail", "journal")]


def test_a_list_and_a_search_are_looks_at_each_request_that_they_showed(desk: Desk) -> None:
    first, second = desk.file(ROAD), desk.file(ROAD)
    numbers = sorted([first["number"], second["number"]])
    listed(desk)
    desk.clock.move(minutes=1)
    listed(desk, q=second["number"])

    assert seen(looks(desk, agent=AGENT.id)) == [("search", [second["number"]]), ("work_list", numbers)]
    assert looks(desk, agent=AGENT.id)[0]["query"]["q"] == second["number"]
    assert who_saw(desk, first) == [(AGENT.name, "work_list")]
    assert who_saw(desk, second) == [(AGENT.name, "search"), (AGENT.name, "work_list")]


def test_the_list_of_letters_is_a_look_at_each_request_that_it_names(desk: Desk) -> None:
    number = at_counter(desk)["number"]
    desk.see(AGENT, recipients, [number])
    desk.see(AGENT, recipients, ["2026-AAAA-BBBB"])

    assert seen(looks(desk, agent=AGENT.id)) == [("letters", [number])]


def test_the_days_list_is_a_look_at_the_requests_that_it_names_alone(desk: Desk) -> None:
    receipt = booked(desk)
    desk.do(replace(COLLEAGUE, departments=("police-municipale",)), day.day_list, WEDNESDAY)

    assert [look["what"] for look in journal(desk, ADMIN, receipt["number"])["views"]] == ["audit_trail"]
    desk.see(AGENT, day.day_list, WEDNESDAY)
    [look] = looks(desk, agent=AGENT.id)
    assert (look["what"], look["numbers"], look["query"]) == (
        "day_list",
        [receipt["number"]],
        {"day": WEDNESDAY.isoformat()},
    )
    assert who_saw(desk, receipt) == [(AGENT.name, "day_list")]


def test_a_refresh_without_news_is_written_once_a_day(desk: Desk) -> None:
    desk.file(ROAD)
    for _ in range(3):
        listed(desk)
        desk.clock.move(minutes=1)
    assert len(looks(desk, agent=AGENT.id)) == 1

    late = desk.file(ROAD)
    listed(desk)
    assert len(looks(desk, agent=AGENT.id)) == 2
    assert late["number"] in looks(desk, agent=AGENT.id)[0]["numbers"]

    listed(desk, COLLEAGUE)
    assert len(looks(desk, agent=COLLEAGUE.id)) == 1

    desk.clock.move(days=1)
    listed(desk)
    assert len(looks(desk, agent=AGENT.id)) == 3


def test_a_refresh_that_this_process_has_written_costs_no_statement(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.file(ROAD)

    def asked() -> list[str]:
        read = partial(desk.see, AGENT, work.work, ListWork())
        return [one for one in executed(monkeypatch, read) if "INSERT INTO staff_views" in one]

    assert [len(asked()), len(asked())] == [1, 0]

    desk.file(ROAD)
    assert [len(asked()), len(asked())] == [1, 0]

    desk.clock.move(days=1)
    assert [len(asked()), len(asked())] == [1, 0]
    assert len(looks(desk, agent=AGENT.id)) == 3


def test_a_look_that_was_rolled_back_is_written_by_the_next(desk: Desk) -> None:
    desk.file(ROAD)
    with suppress(Rollback), desk.tx(AGENT) as tx:
        work.work(tx, desk.settings, ListWork())
        raise Rollback
    assert looks(desk, agent=AGENT.id) == []

    desk.see(AGENT, work.work, ListWork())
    assert len(looks(desk, agent=AGENT.id)) == 1


def test_the_same_list_for_another_query_is_another_look(desk: Desk) -> None:
    receipt = desk.file(ROAD)
    for query in (receipt["number"], receipt["number"], receipt["number"][-4:]):
        listed(desk, q=query)
        desk.clock.move(seconds=1)

    assert [look["query"]["q"] for look in looks(desk, agent=AGENT.id)] == [receipt["number"][-4:], receipt["number"]]


def test_no_words_of_a_search_are_in_clear_in_the_row(desk: Desk) -> None:
    listed(desk, q="Introuvable")

    [row] = desk.rows("SELECT staff_views::text AS row, query FROM staff_views")
    assert "Introuvable" not in row["row"] and b"Introuvable" not in bytes(row["query"])
    assert looks(desk, agent=AGENT.id)[0]["query"]["q"] == "Introuvable"


def test_the_journal_of_a_day_has_all_agents_and_no_other_day(desk: Desk) -> None:
    desk.file(ROAD)
    listed(desk)
    listed(desk, COLLEAGUE)
    desk.clock.move(days=1)
    listed(desk)

    today = looks(desk, day=date(2026, 11, 25))
    assert {look["agent_id"] for look in today} == {AGENT.id, COLLEAGUE.id}
    assert len(today) == 2
    assert len(looks(desk, day=date(2026, 11, 25), agent=COLLEAGUE.id)) == 1
    assert looks(desk, day=date(2026, 11, 24)) == []


def test_the_journal_goes_on_where_a_page_ended(desk: Desk) -> None:
    receipt = desk.file(ROAD)
    for _ in range(5):
        desk.view(receipt["number"], AGENT)
        desk.clock.move(minutes=1)

    page = looks(desk, agent=AGENT.id, at_most=2)
    read = [look["id"] for look in page]
    while len(page) == 2:
        last = page[-1]
        page = looks(desk, agent=AGENT.id, at_most=2, before_at=last["at"], before_id=last["id"])
        read += [look["id"] for look in page]

    assert len(set(read)) == len(read) == 5
    assert read == sorted(read, reverse=True)


def test_reading_the_journal_of_an_agent_is_a_look(desk: Desk) -> None:
    looks(desk, agent=AGENT.id)

    given = ListStaffLooks(at_most=9, agent=ADMIN.id)
    found = desk.answer(ADMIN, work.looks, given)["views"]
    assert [(look["what"], look["query"]) for look in found] == [
        ("journal", {"agent": ADMIN.id}),
        ("journal", {"agent": AGENT.id}),
    ]


def readings(desk: Desk) -> list[list[str]]:
    """The numbers that each reading of the journal by ADMIN showed, the latest first, but for this one."""
    found = desk.answer(AUDITOR, work.looks, ListStaffLooks(at_most=50, agent=ADMIN.id))["views"]
    return [look["numbers"] for look in found if look["what"] == "journal"]


def test_the_journal_read_again_is_a_look_only_when_it_shows_another_request(desk: Desk) -> None:
    first = desk.file(ROAD)["number"]
    listed(desk)
    looks(desk, agent=AGENT.id)
    desk.clock.move(minutes=1)
    looks(desk, agent=AGENT.id)
    assert readings(desk) == [[first]]

    second = desk.file(ROAD)["number"]
    listed(desk)
    looks(desk, agent=AGENT.id)
    assert readings(desk) == [sorted([first, second]), [first]]
    by_admin = [look["what"] for look in journal(desk, AUDITOR, second)["views"] if look["agent_id"] == ADMIN.id]
    assert by_admin == ["journal"], "who read of the request in the journal of an agent"


def test_the_requests_whose_pieces_were_looked_at_are_shown_by_the_journal_as_well(desk: Desk) -> None:
    receipt = desk.file(ROAD)
    looks(desk, agent=AGENT.id, requests=[receipt["request_id"]])
    assert readings(desk) == [[receipt["number"]]]


@pytest.mark.parametrize("actor", [AGENT, CAMILLE], ids=["an agent", "a citizen"])
def test_the_journal_is_refused_without_the_right_to_read_it(desk: Desk, actor: Any) -> None:
    with pytest.raises(refusals.NotAllowed):
        looks(desk, actor, agent=AGENT.id)


def test_the_journal_is_asked_for_an_agent_or_a_day_of_the_calendar(desk: Desk) -> None:
    with pytest.raises(refusals.LooksOfWhom):
        looks(desk)
    with pytest.raises(refusals.DayUnknown):
        looks(desk, day=date(1, 1, 1))


def test_looks_and_the_key_of_their_queries_end_at_the_towns_term(desk: Desk) -> None:
    listed(desk, q="Introuvable")
    desk.clock.move(days=60)
    listed(desk, q="Introuvable")

    desk.clock.move(days=31 * 12 - 30)
    timers.forget_views(desk.store)

    [left] = looks(desk, agent=AGENT.id)
    assert datetime.fromisoformat(left["at"]).month == 1
    assert left["query"]["q"] == "Introuvable"
    keys = desk.rows("SELECT key_id, wrapped IS NULL AS gone FROM keys WHERE key_id LIKE 'looks-%'")
    assert {row["key_id"]: row["gone"] for row in keys}["looks-2026-11"]
    assert not {row["key_id"]: row["gone"] for row in keys}["looks-2027-01"]
