"""The agents' work list is sorted, turned page by page from any place, and narrowed; a page costs the same whatever is stored."""

from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from psycopg import Rollback

from services.chassis.event_store import db
from services.requests import refusals
from services.requests.definitions.rows import published
from services.requests.history import rules as history
from services.requests.request import events as e
from services.requests.schemas.work_list import SORTS
from services.requests.tallies import PRESENT, RECOUNT
from services.requests.worklist import rows as work_list, spread
from services.requests.worklist.counts import rows as counts
from services.requests.worklist.cursors import Place
from services.requests.worklist.rows import Awaited, Filter
from tests.integration.requests.conftest import AGENT, CAMILLE, Desk, rows_read, rows_read_by_any
from tests.integration.requests.test_agents import ROAD
from tests.integration.requests.test_work_list import copy_many, dangerous, listed, numbers, offered


def in_many_ways(desk: Desk) -> list[dict[str, Any]]:
    """Requests that differ in all that a list is sorted by, and some that differ in nothing but their number."""
    filed = [desk.file(ROAD) for _ in range(3)]
    desk.clock.move(days=1)
    filed += [dangerous(desk), desk.file("permis-vegetaliser", CAMILLE), desk.file(ROAD)]
    incomplete = desk.take(desk.file("declaration-prealable-travaux", CAMILLE))
    desk.decide(incomplete, "awaiting_documents", missing_documents=["dp2-plan-masse"], deadline=date(2026, 12, 10))
    for receipt in filed[1:4]:
        desk.take(receipt)
    closed = [desk.take(desk.file(ROAD)) for _ in range(3)]
    for receipt in closed:
        desk.clock.move(seconds=1)
        desk.decide(receipt, "rejected", reason="Hors de la commune.")
    return [*filed, incomplete, *closed]


def turned(desk: Desk, way: str, cursor: str | None = None, **asked: Any) -> list[list[str]]:
    """The numbers of each page, from that cursor on, by `next` or `previous`."""
    pages: list[list[str]] = []
    while cursor or not pages:
        page = listed(desk, cursor=cursor, **asked)
        pages.append(numbers(page))
        assert len(pages) < 20
        cursor = page[way]
    return pages


@pytest.mark.parametrize("view", ["open", "closed", "all"])
@pytest.mark.parametrize("sort", SORTS)
def test_every_order_is_turned_to_its_end_and_back_without_gap(desk: Desk, sort: str, view: str) -> None:
    filed = in_many_ways(desk)
    whole = numbers(listed(desk, view=view, sort=sort, rows=50))
    assert len(whole) == {"open": 7, "closed": 3, "all": len(filed)}[view]

    onward = turned(desk, "next", view=view, sort=sort, rows=2)
    assert [number for page in onward for number in page] == whole
    back = turned(desk, "previous", "end", view=view, sort=sort, rows=2)
    assert back[0] == whole[-2:]
    assert list(dict.fromkeys(number for page in reversed(back) for number in page)) == whole


def test_a_page_says_where_it_is(desk: Desk) -> None:
    in_many_ways(desk)
    first = listed(desk, rows=3)
    second = listed(desk, rows=3, cursor=first["next"])
    last = listed(desk, rows=3, cursor="end")

    assert [(page["first"], page["page"], page["pages"], page["total"]) for page in (first, second, last)] == [
        (1, 1, 3, 7), (4, 2, 3, 7), (5, 2, 3, 7),
    ]  # fmt: skip
    assert (first["previous"], last["next"]) == (None, None)
    again = listed(desk, rows=3, cursor=second["previous"])
    assert (numbers(again), again["previous"]) == (numbers(first), None)


def test_the_next_page_begins_after_the_last_row_even_if_it_moved(desk: Desk) -> None:
    filed = [desk.file(ROAD) for _ in range(4)]
    first = listed(desk, sort="status", rows=2)
    moved = next(receipt for receipt in filed if receipt["number"] == numbers(first)[1])
    desk.take(moved)

    second = listed(desk, sort="status", rows=2, cursor=first["next"])

    assert set(numbers(second)) == {receipt["number"] for receipt in filed} - set(numbers(first))


@pytest.mark.parametrize("cursor", ["forged", "end.", "eyJhIjoxfQ.aaaaaa.bbbbbbbb"])
def test_a_forged_cursor_is_refused(desk: Desk, cursor: str) -> None:
    with pytest.raises(refusals.CursorUnknown):
        listed(desk, cursor=cursor)


def test_a_cursor_of_another_order_is_refused(desk: Desk) -> None:
    in_many_ways(desk)
    found = listed(desk, rows=2)["next"]
    for sort in ("number", "submitted", "status"):
        with pytest.raises(refusals.CursorUnknown):
            listed(desk, rows=2, sort=sort, cursor=found)


def test_first_and_last_pages_read_as_few_rows_whatever_is_stored(desk: Desk) -> None:
    receipt = desk.file(ROAD)
    with desk.tx() as tx:
        copy_many(tx, receipt)
        tx.conn.execute("ANALYZE requests")
        wanted = Filter(departments=AGENT.departments, today=tx.now.date())
        for sort in (one for one in SORTS if "closed" not in one):
            middle = tuple(tx.conn.execute(*work_list.page_query(wanted, sort=sort, offset=2500)).fetchone()["place"])
            for place in (None, Place(sort=sort, values=middle), Place(sort=sort, before=True)):
                sql, given = work_list.page_query(wanted, sort=sort, place=place)
                assert rows_read(tx.conn, sql, given) < 400, (sort, place)


def test_the_first_page_reads_as_few_rows_by_the_plan_that_is_kept(desk: Desk) -> None:
    receipt = desk.file(ROAD)
    with suppress(Rollback), desk.tx() as tx:
        copy_many(tx, receipt, 100_000, AGENT.departments)
        tx.conn.execute("ANALYZE requests")
        wanted = Filter(departments=AGENT.departments, today=tx.now.date())
        for sort in (one for one in SORTS if "closed" not in one):
            for rows in work_list.FIRST_PAGES:
                asked, given = work_list.page_query(wanted, sort=sort, limit=rows)
                assert rows_read_by_any(tx.conn, asked, given) < 100 * rows, (sort, rows)
        raise Rollback


@pytest.mark.parametrize("stored", [40, 1_000, 20_000])
def test_the_statement_of_the_first_page_is_not_planned_at_each_call(desk: Desk, stored: int) -> None:
    """PostgreSQL goes on planning, for a third of what the page costs, where a plan for what is given looks cheaper than one for all."""
    receipt = desk.file(ROAD)
    with desk.tx() as tx:
        copy_many(tx, receipt, stored, AGENT.departments)
        tx.conn.execute("ANALYZE requests")
    wanted = Filter(departments=AGENT.departments, today=date(2026, 11, 25))
    asked, given = work_list.page_query(wanted, sort="due", limit=work_list.PAGE + 1)
    with db.connect(desk.settings.database("requests"), "tests") as conn:  # one that has not planned it before
        for _ in range(7):
            conn.execute(asked, given, prepare=True)
        [found] = conn.execute("SELECT generic_plans, custom_plans FROM pg_prepared_statements").fetchall()
        assert (found["custom_plans"], found["generic_plans"]) == (5, 2)


def test_counting_a_request_again_is_not_planned_at_each_call(desk: Desk) -> None:
    receipt = desk.file(ROAD)
    with desk.tx() as tx:
        copy_many(tx, receipt, 2_000, AGENT.departments)
        tx.conn.execute("INSERT INTO counted SELECT * FROM (" + PRESENT + ") AS present ON CONFLICT DO NOTHING")
        tx.conn.execute("ANALYZE requests, counted")
    with db.connect(desk.settings.database("requests"), "tests") as conn:
        for _ in range(7):
            conn.execute(RECOUNT, {"ids": [receipt["request_id"]]}, prepare=True)
        [found] = conn.execute("SELECT generic_plans, custom_plans FROM pg_prepared_statements").fetchall()
        assert (found["custom_plans"], found["generic_plans"]) == (5, 2)


def test_a_narrowed_list_is_turned_in_each_order_of_few_and_of_many(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_many_ways(desk)
    for few in (0, spread.FEW):
        monkeypatch.setattr(spread, "FEW", few)
        for sort in SORTS:
            asked = {"view": "all", "procedure": ROAD, "sort": sort}
            whole = numbers(listed(desk, rows=50, **asked))
            assert len(whole) == 8
            assert [number for page in turned(desk, "next", rows=3, **asked) for number in page] == whole, (few, sort)


def test_few_requests_of_a_procedure_are_found_among_many_in_any_order(desk: Desk) -> None:
    receipt, other = desk.file(ROAD), desk.file("permis-vegetaliser", CAMILLE)
    with desk.tx() as tx:
        copy_many(tx, receipt)
        tx.conn.execute(
            "UPDATE requests SET department = (SELECT department FROM requests WHERE number = %s)", (receipt["number"],)
        )
        tx.conn.execute("ANALYZE requests")
        wanted = Filter(departments=AGENT.departments, today=tx.now.date(), procedure="permis-vegetaliser")
        for sort in SORTS:
            sql, given = work_list.page_query(replace(wanted, departments=(), few=wanted.departments), sort=sort)
            assert rows_read(tx.conn, sql, given) < 100, sort
            lines, more = work_list.page(tx, spread.spread(tx, wanted), sort=sort)
            assert ([line.row.number for line in lines], more) == ([other["number"]], False)


def test_the_list_is_narrowed_to_the_days_of_filing(desk: Desk) -> None:
    first = desk.file(ROAD)
    desk.clock.move(days=1)
    second = desk.file(ROAD)
    for asked, found in (
        ({"received_until": date(2026, 11, 25)}, [first]),
        ({"received_from": date(2026, 11, 26)}, [second]),
        ({"received_from": date(2026, 11, 25), "received_until": date(2026, 11, 26)}, [first, second]),
        ({"received_from": date(2026, 11, 27)}, []),
    ):
        page = listed(desk, sort="submitted", **asked)
        assert (numbers(page), page["total"]) == ([receipt["number"] for receipt in found], len(found))
        assert offered(page, "procedure") == {ROAD: 2}
    with pytest.raises(refusals.DayUnknown):
        listed(desk, received_until=date.max)


def test_the_list_is_narrowed_to_an_agenda_and_to_its_site(desk: Desk) -> None:
    desk.file(ROAD)
    meeting = desk.file("concession-cimetiere", CAMILLE)
    page = listed(desk, choices=True)
    agenda = next(one for one in page["agendas"] if one["slug"] == "population-famille")
    site = agenda["site"]
    elsewhere = next(one["slug"] for one in page["agendas"] if one["site"] != site)

    for asked in ({"agenda": agenda["slug"]}, {"site": site}, {"agenda": agenda["slug"], "site": site}):
        page = listed(desk, **asked)
        assert (numbers(page), page["total"]) == ([meeting["number"]], 1)
    assert listed(desk, agenda=elsewhere)["total"] == 0
    assert listed(desk, agenda=elsewhere, site=site)["total"] == 0
    assert listed(desk, site="nulle-part")["total"] == 0


def test_the_list_is_narrowed_to_awaited_and_to_late_pieces(desk: Desk) -> None:
    desk.file(ROAD)
    incomplete = desk.take(desk.file("declaration-prealable-travaux", CAMILLE))
    desk.decide(incomplete, "awaiting_documents", missing_documents=["dp2-plan-masse"], deadline=date(2026, 12, 10))

    assert numbers(listed(desk, missing="any")) == [incomplete["number"]]
    assert listed(desk, missing="late")["total"] == 0
    desk.clock.move(days=16)
    page = listed(desk, missing="late")
    assert (numbers(page), page["total"]) == ([incomplete["number"]], 1)


def test_the_list_is_narrowed_to_one_awaited_piece(desk: Desk) -> None:
    plan, photograph = (desk.take(desk.file("declaration-prealable-travaux", CAMILLE)) for _ in range(2))
    for receipt, piece in ((plan, "dp2-plan-masse"), (photograph, "dp1-plan-situation")):
        desk.decide(receipt, "awaiting_documents", missing_documents=[piece], deadline=date(2026, 12, 10))

    page = listed(desk, piece="dp2-plan-masse", awaited=True)
    assert (numbers(page), page["total"]) == ([plan["number"]], 1)
    assert ("dp2-plan-masse", "DP2 – Plan de masse coté", 1) in [tuple(one.values()) for one in page["awaited"]]
    desk.check_rebuild(plan)

    desk.heard(plan["request_id"], e.DocumentAdded(document_id=str(uuid4()), piece="dp2-plan-masse", files=1))
    assert listed(desk, piece="dp2-plan-masse")["total"] == 0
    assert desk.row(plan)["awaited_documents"] is None


def test_pieces_are_named_only_where_they_are_asked_for(desk: Desk) -> None:
    plan = desk.take(desk.file("declaration-prealable-travaux", CAMILLE))
    desk.decide(plan, "awaiting_documents", missing_documents=["dp2-plan-masse"], deadline=date(2026, 12, 10))

    assert listed(desk, choices=True)["awaited"] == []
    assert len(listed(desk, awaited=True)["awaited"]) == 1


def test_a_piece_of_several_procedures_has_each_of_its_names(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [Awaited(piece="plan", procedure=name, version=1, count=2) for name in ("a", "b", "c")]
    monkeypatch.setattr(work_list, "awaited", lambda *_: found)
    monkeypatch.setattr(type(published), "procedure", lambda _, __, slug, ___: slug)
    monkeypatch.setattr(history, "piece_label", lambda slug, _: "Plan" if slug == "c" else f"Plan {slug}")

    assert [tuple(one.values()) for one in listed(desk, awaited=True)["awaited"]] == [
        ("plan", "Plan a ou Plan b ou Plan", 6)
    ]


def test_a_list_of_two_statuses_holds_nothing(desk: Desk) -> None:
    incomplete = desk.take(desk.file("declaration-prealable-travaux", CAMILLE))
    desk.decide(incomplete, "awaiting_documents", missing_documents=["dp2-plan-masse"], deadline=date(2026, 12, 10))

    for awaiting in ({"missing": "any"}, {"piece": "dp2-plan-masse"}, {"view": "awaiting"}):
        assert listed(desk, **awaiting, status="awaiting_documents")["total"] == 1
        page = listed(desk, **awaiting, status="submitted")
        assert (page["items"], page["total"]) == ([], 0)


def test_a_renewal_has_the_lines_and_the_counts_without_choices(desk: Desk) -> None:
    desk.file(ROAD)
    whole, renewed = listed(desk, view="unassigned"), listed(desk, view="unassigned", choices=False)

    assert (renewed["items"], renewed["total"], renewed["counts"]) == (whole["items"], 1, whole["counts"])
    assert (renewed["options"], bool(whole["options"])) == ({}, True)


def test_few_requests_of_an_agenda_are_found_among_many(desk: Desk) -> None:
    receipt = desk.file(ROAD)
    with desk.tx() as tx:
        copy_many(tx, receipt)
        tx.conn.execute("UPDATE requests SET agenda = NULL")
        tx.conn.execute("UPDATE requests SET agenda = 'salles' WHERE number = %s", (receipt["number"],))
        tx.conn.execute("ANALYZE requests")
        for closed in (False, True, None):
            wanted = Filter(departments=AGENT.departments, today=tx.now.date(), closed=closed, agendas=("salles",))
            sql, given = work_list.page_query(wanted, sort="-submitted")
            assert rows_read(tx.conn, sql, given) < 400, closed


def test_a_department_of_others_has_nothing_to_list(desk: Desk) -> None:
    receipt = desk.file(ROAD)
    desk.file("permis-vegetaliser", CAMILLE)
    department = listed(desk, q=receipt["number"])["items"][0]["department"]

    assert set(numbers(listed(desk, department=department))) >= {receipt["number"]}
    assert listed(desk, department="police-municipale")["total"] == 0
    assert listed(desk, department="nulle-part")["items"] == []


def test_requests_outside_the_tallies_are_counted_up_to_a_bound(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "MOST_COUNTED", 2)
    for _ in range(3):
        desk.file(ROAD)

    page = listed(desk, received_from=date(2026, 11, 25), rows=1)

    assert (page["total"], page["more"], page["next"] is None) == (2, True, False)
    assert (listed(desk)["total"], listed(desk)["more"]) == (3, False)
    desk.clock.move(days=60)
    late = listed(desk, overdue=True, rows=1)
    assert (late["total"], late["more"]) == (2, True)
