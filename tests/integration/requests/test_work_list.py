"""The agents' work list: what is in each view, in what order, how many there are, and what the filters offer."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from marshmallow import ValidationError

from services.chassis.contracts import schema_of
from services.chassis.event_store.transaction import Transaction
from services.requests import refusals
from services.requests.request import events as e, numbers as numbers_of_requests
from services.requests.schemas.work_list import ListWork
from services.requests.worklist import rows as work_list, views as work
from services.requests.worklist.rows import Filter
from tests.integration.requests.conftest import AGENT, CAMILLE, Desk, rows_read
from tests.integration.requests.test_agents import ADMIN, ROAD
from tests.servers.round_trips import RoundTrips
from tests.support import published
from tests.support.filled import valid_applicant

COPIED_AT_ONCE = 10_000


def listed(desk: Desk, actor: Any = AGENT, **asked: Any) -> dict[str, Any]:
    """The list as the service answers a call with these names."""
    desk.count_all()
    return desk.answer(actor, work.work, ListWork(**asked))


def numbers(page: dict[str, Any]) -> list[str]:
    return [item["number"] for item in page["items"]]


def test_a_page_of_the_list_costs_three_statements_and_the_same_again_two(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What every page has, with the key of the journal; the lines; the look, once a day."""
    desk.file(ROAD)
    desk.see(AGENT, work.work, ListWork())  # the definition is known, and the key of the month is made
    desk.clock.move(days=1)
    trips = RoundTrips(monkeypatch)

    desk.see(AGENT, work.work, ListWork())
    assert trips.count == 3

    desk.see(AGENT, work.work, ListWork())
    assert trips.count == 3 + 2


def test_the_work_list_is_sorted_by_due_date_and_counted(desk: Desk) -> None:
    slow = desk.file("permis-vegetaliser", CAMILLE)
    quick = desk.take(desk.file(ROAD))
    page = listed(desk)
    assert numbers(page) == [quick["number"], slow["number"]]
    assert (page["total"], page["counts"]["unassigned"], page["counts"]["mine"]) == (2, 1, 1)
    assert numbers(listed(desk, view="mine")) == [quick["number"]]
    assert numbers(listed(desk, view="unassigned")) == [slow["number"]]
    assert numbers(listed(desk, status="in_review")) == [quick["number"]]
    assert numbers(listed(desk, procedure="permis-vegetaliser")) == [slow["number"]]


def test_sums_that_went_wrong_are_right_after_a_rebuild_and_stay_so(desk: Desk) -> None:
    receipt, other = desk.file(ROAD), desk.file("permis-vegetaliser", CAMILLE)
    desk.count_all()
    with desk.tx() as tx:
        tx.conn.execute("UPDATE work_counts SET requests = requests + 7, unread = 3")
        tx.conn.execute("UPDATE due_counts SET requests = 0")
        tx.conn.execute("UPDATE counted SET status = 'lost' WHERE request_id = %s", (other["request_id"],))

    desk.rebuild()

    page = desk.answer(AGENT, work.work, ListWork())
    assert (page["total"], page["counts"]["unassigned"], page["counts"]["unread"]) == (2, 2, 0)
    assert desk.rows("SELECT sum(requests)::integer AS n FROM due_counts") == [{"n": 2}]
    desk.take(receipt)
    assert listed(desk)["counts"]["unassigned"] == 1


def test_an_alert_is_shown_in_its_file_and_in_the_list_while_open(desk: Desk) -> None:
    receipt, plain = dangerous(desk), desk.file(ROAD)

    def marks() -> dict[str, str | None]:
        return {item["number"]: item["alert"] for item in listed(desk, view="all")["items"]}

    assert marks() == {receipt["number"]: "Danger signalé", plain["number"]: None}
    assert desk.view(receipt["number"], AGENT)["alert"] == "Danger signalé"
    assert desk.view(plain["number"], AGENT)["alert"] is None
    assert "alert" not in desk.view(receipt["number"], desk.holder(receipt))
    assert "112" in desk.view(receipt["number"], desk.holder(receipt))["advice"]["text"]
    assert desk.view(plain["number"], desk.holder(plain))["advice"] is None
    desk.rebuild()
    assert marks() == {receipt["number"]: "Danger signalé", plain["number"]: None}
    desk.take(receipt)
    desk.decide(receipt, "rejected", reason="Déjà réparé.")
    assert marks() == {receipt["number"]: None, plain["number"]: None}
    assert desk.view(receipt["number"], AGENT)["alert"] == "Danger signalé"


def dangerous(desk: Desk) -> dict[str, Any]:
    return desk.file(ROAD, answers={**desk.answers(ROAD), "danger": True})


def test_an_open_request_with_an_alert_comes_first_whatever_the_filter(desk: Desk) -> None:
    early = [desk.file(ROAD) for _ in range(2)]
    desk.clock.move(days=1)
    late = [dangerous(desk) for _ in range(2)]
    for receipt in (early[0], late[1]):
        desk.take(receipt)

    def heads(**asked: Any) -> list[str | None]:
        return [item["alert"] for item in listed(desk, **asked)["items"]]

    mark = "Danger signalé"
    assert heads() == [mark, mark, None, None]
    for chosen in (
        {"view": "mine"},
        {"view": "unassigned"},
        {"status": "in_review"},
        {"procedure": ROAD, "assignee": "me"},
    ):
        assert heads(**chosen)[:2] in ([mark, None], [mark, mark])
    assert heads(sort="submitted") == [None, None, mark, mark]
    desk.decide(late[1], "rejected", reason="Déjà réparé.")
    assert heads() == [mark, None, None]
    assert heads(view="closed", sort="due") == [None]


def test_requests_with_an_alert_have_a_view_with_its_count(desk: Desk) -> None:
    receipt, other = dangerous(desk), dangerous(desk)
    desk.file(ROAD)
    page = listed(desk, view="alert")
    assert (len(page["items"]), page["total"], page["counts"]["alert"], page["counts"]["open"]) == (2, 2, 2, 3)
    assert offered(page, "status") == {"submitted": 2}
    desk.take(receipt)
    page = listed(desk, view="alert", assignee="none")
    assert (numbers(page), page["total"]) == ([other["number"]], 1)
    desk.decide(receipt, "rejected", reason="Déjà réparé.")
    assert listed(desk)["counts"]["alert"] == 1
    desk.rebuild()
    assert listed(desk)["counts"]["alert"] == 1


def offered(page: dict[str, Any], name: str) -> dict[str, int]:
    return {choice["value"]: choice["count"] for choice in page["options"][name]}


def test_a_filter_counts_what_its_view_holds(desk: Desk) -> None:
    mine, nobodys = desk.file(ROAD), desk.file("permis-vegetaliser", CAMILLE)
    closed, read = desk.file(ROAD), desk.file("permis-vegetaliser", CAMILLE)
    desk.heard(closed["request_id"], e.ExchangeAdded(exchange_id=str(uuid4()), direction="to_town"))
    for receipt in (mine, closed, read):
        desk.take(receipt)
    for receipt in (closed, read):
        desk.decide(receipt, "rejected", reason="Hors de la commune.")

    assert offered(listed(desk), "procedure") == {ROAD: 1, "permis-vegetaliser": 1}
    assert offered(listed(desk, view="closed"), "procedure") == {ROAD: 1, "permis-vegetaliser": 1}
    assert offered(listed(desk, view="closed"), "status") == {"rejected": 2}
    assert offered(listed(desk, view="unread"), "status") == {}
    assert offered(listed(desk, view="mine"), "procedure") == {ROAD: 1}
    assert offered(listed(desk, view="unassigned"), "assignee") == {"": 1}
    assert offered(listed(desk, q=nobodys["number"]), "procedure") == {"permis-vegetaliser": 1}
    desk.clock.move(days=10)
    assert offered(listed(desk, view="overdue"), "procedure") == {ROAD: 1}


def test_each_choice_that_a_filter_offers_is_taken_and_finds_as_many_as_it_says(desk: Desk) -> None:
    desk.take(desk.file("permis-vegetaliser", CAMILLE))
    incomplete, closed = desk.take(desk.file("declaration-prealable-travaux", CAMILLE)), desk.take(desk.file(ROAD))
    desk.file(ROAD)
    desk.decide(incomplete, "awaiting_documents", missing_documents=["dp2-plan-masse"], deadline=date(2026, 12, 10))
    desk.decide(closed, "rejected", reason="Hors de la commune.")

    for view, statuses in (("open", {"submitted", "in_review", "awaiting_documents"}), ("closed", {"rejected"})):
        page = listed(desk, view=view)
        assert set(offered(page, "status")) == statuses
        for name in ("status", "area", "procedure", "assignee"):
            for value, count in offered(page, name).items():
                assert listed(desk, view=view, **{name: value or "none"})["total"] == count


@pytest.mark.parametrize("nonsense", ["", "In_Review", "in review", "../in_review", "x" * 81])
def test_a_malformed_status_is_refused(nonsense: str) -> None:
    with pytest.raises(ValidationError):
        schema_of(ListWork).load({"status": nonsense})


def test_the_list_and_the_file_show_when_a_request_was_closed(desk: Desk) -> None:
    receipt = desk.take(desk.file(ROAD))
    assert (listed(desk)["items"][0]["closed_at"], desk.view(receipt["number"], AGENT)["closed_at"]) == (None, None)
    desk.clock.move(days=2)
    desk.decide(receipt, "rejected", reason="Hors de la commune.")
    at = desk.clock.now().isoformat()
    assert listed(desk, view="closed")["items"][0]["closed_at"] == at
    assert desk.view(receipt["number"], AGENT)["closed_at"] == at


def test_the_offers_of_a_filter_do_not_depend_on_the_chosen_filters(desk: Desk) -> None:
    desk.file(ROAD)
    desk.file("permis-vegetaliser", CAMILLE)

    page = listed(desk, procedure=ROAD, overdue=True)

    assert offered(page, "procedure") == {ROAD: 1, "permis-vegetaliser": 1}
    assert (page["total"], page["counts"]["open"]) == (0, 2)


def test_a_request_is_found_by_number_and_by_name(desk: Desk) -> None:
    receipt = desk.file(ROAD)
    named = valid_applicant(published.definition("permis-vegetaliser"))
    named |= {"given_names": "Zélie", "usage_name": "Trouvée"}
    desk.file("permis-vegetaliser", CAMILLE, applicant=named)
    assert numbers(listed(desk, q=receipt["number"].lower())) == [receipt["number"]]
    found = listed(desk, q="trouvee zel")
    assert (found["total"], found["items"][0]["applicant_name"]) == (1, "Zélie Trouvée")
    assert listed(desk, q="inconnue")["total"] == 0


@pytest.mark.parametrize("cut", [slice(5, 9), slice(0, 9), slice(7, 12), slice(10, None)])
def test_a_request_is_found_by_a_part_of_its_number(desk: Desk, cut: slice) -> None:
    receipt = desk.file(ROAD)
    desk.file(ROAD)
    for _ in range(2):
        page = listed(desk, q=receipt["number"][cut].lower())
        assert (numbers(page), page["total"]) == ([receipt["number"]], 1)
        desk.rebuild()


def copy_many(
    tx: Transaction, receipt: dict[str, Any], many: int = 5_000, departments: Sequence[str] | None = None
) -> None:
    """So many more like it, whose numbers are of 1999; in these departments by turns."""
    copied = "procedure, version, area, channel, status, closed, attached, email_hash, filed_by, sealed"
    given = {"number": receipt["number"], "departments": None if departments is None else list(departments)}
    for first in range(1, many + 1, COPIED_AT_ONCE):
        tx.conn.execute(
            f"INSERT INTO requests ({copied}, department, request_id, number, submitted_at, generation_since, due_on) "  # type: ignore[arg-type]
            f"SELECT {copied}, coalesce((%(departments)s::text[])[1 + n %% cardinality(%(departments)s::text[])], department), "
            "gen_random_uuid(), '1999-' || n, submitted_at, submitted_at, submitted_at::date "
            "FROM requests, generate_series(%(first)s::integer, %(last)s::integer) n WHERE number = %(number)s",
            {**given, "first": first, "last": min(first + COPIED_AT_ONCE - 1, many)},
        )


def test_the_requests_are_not_read_to_find_one_by_a_part_of_its_number(desk: Desk) -> None:
    receipt = desk.file(ROAD)
    with desk.tx() as tx:
        copy_many(tx, receipt)
        tx.conn.execute(
            "INSERT INTO number_parts SELECT substr(md5(request_id::text), n, 4), substr(md5(request_id::text), n + 4, 5 - n), request_id "
            "FROM requests, generate_series(1, 5) n WHERE number LIKE '1999-%%'"
        )
        tx.conn.execute(
            "INSERT INTO request_words SELECT decode(md5(request_id::text || n), 'hex'), request_id "
            "FROM requests, generate_series(1, 4) n WHERE number LIKE '1999-%%'"
        )
        for table in ("requests", "number_parts", "request_words"):  # what the planner knows is of this test alone
            tx.conn.execute(f"ANALYZE {table}")  # type: ignore[arg-type]
        part = numbers_of_requests.part(receipt["number"][5:])
        wanted = Filter(departments=AGENT.departments, today=tx.now.date(), closed=None, words=[b"none"], part=part)
        sql, given = work_list.page_query(wanted, sort="-submitted")
        assert rows_read(tx.conn, sql, given) < 100


def test_late_and_unread_requests_are_marked_and_counted(desk: Desk) -> None:
    receipt = desk.file(ROAD)
    desk.heard(receipt["request_id"], e.ExchangeAdded(exchange_id=str(uuid4()), direction="to_town"))
    desk.clock.move(days=20)
    page = listed(desk, view="overdue")
    assert (page["total"], page["items"][0]["overdue"], page["items"][0]["unread"]) == (1, True, 1)
    assert (page["counts"]["overdue"], page["counts"]["unread"]) == (1, 1)
    assert listed(desk, view="unread")["total"] == 1


def test_a_closed_request_is_not_listed_as_unread(desk: Desk) -> None:
    receipt, other = desk.file(ROAD), desk.file(ROAD)
    for one in (receipt, other):
        desk.heard(one["request_id"], e.ExchangeAdded(exchange_id=str(uuid4()), direction="to_town"))
    desk.take(receipt)
    desk.decide(receipt, "redirected", reason="Hors de la commune.", other_administration="Le département")
    page = listed(desk, view="unread")
    assert (numbers(page), page["total"], page["counts"]["unread"]) == ([other["number"]], 1, 1)
    assert offered(page, "status") == {"submitted": 1}
    assert desk.view(receipt["number"], AGENT)["unread"]["town"] == 1


def test_the_list_is_for_agents_of_the_department(desk: Desk) -> None:
    desk.file("tranquillite-vacances", CAMILLE)
    assert listed(desk)["total"] == 0
    assert listed(desk, ADMIN)["total"] == 1
    editor = replace(AGENT, roles=("editor",), permissions=("manage_news",), departments=("communication",))
    for actor in (editor, CAMILLE):
        with pytest.raises(refusals.NotAllowed):
            listed(desk, actor)
    assert desk.clock.now() - datetime(2026, 11, 25, 9, tzinfo=UTC) == timedelta(0)


def test_pages_follow_each_other_without_gap(desk: Desk) -> None:
    for _ in range(23):
        desk.file(ROAD)
        desk.clock.move(seconds=1)
    first, second = listed(desk), listed(desk, page=2)
    assert (first["total"], first["pages"], len(first["items"]), len(second["items"])) == (23, 2, 20, 3)
    assert len({*numbers(first), *numbers(second)}) == 23
