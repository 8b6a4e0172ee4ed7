"""The calendar of an agenda: free slots, the slot of the request, and the cost of a look."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from services.requests import projections
from services.requests.appointments import rows as slot_rows, views as week
from services.requests.capacity import slots
from services.requests.schemas.appointments import ListSlots
from tests.integration.requests.conftest import ALIX, CAMILLE, Desk, rows_read
from tests.integration.requests.test_filing import VISIT
from tests.integration.requests.test_following import hall
from tests.support import published


def test_the_calendar_shows_free_slots_and_the_slot_of_the_request(desk: Desk) -> None:
    receipt = hall(desk)
    mine = ListSlots(agenda="salles", week="2026-W49", number=receipt["number"])
    shown = desk.answer(CAMILLE, week.slots_of_week, mine)
    monday = {slot["start"]: (slot["free"], slot["mine"]) for slot in shown["days"][0]["slots"]}
    assert monday[VISIT.isoformat()] == (1, True)
    assert shown["current"]["start"] == VISIT.isoformat()
    assert shown["days"][1]["closed_reason"] == "Fermé"
    other = desk.answer(ALIX, week.slots_of_week, ListSlots(agenda="salles", week="2026-W49"))
    assert next(s for s in other["days"][0]["slots"] if s["start"] == VISIT.isoformat())["free"] == 0
    first = desk.answer(ALIX, week.slots_of_week, ListSlots(agenda="salles"))
    assert (first["week"], first["previous"], first["next"]) == ("2026-W48", None, "2026-W49")


def test_the_calendar_leads_to_no_week_before_the_first_that_can_be_booked(desk: Desk) -> None:
    desk.clock.moment = datetime(2026, 11, 27, 14, tzinfo=UTC)  # in 48 hours it is Sunday

    def before(asked: str | None) -> str | None:
        return desk.do(ALIX, week.slots_of_week, ListSlots(agenda="salles", week=asked)).previous

    assert [before(asked) for asked in (None, "2026-W49", "2026-W50", "2999-W01")] == [
        None,
        None,
        "2026-W49",
        "2998-W52",
    ]


def test_the_first_week_with_room_is_found_with_one_look_at_what_is_taken(desk: Desk) -> None:
    agenda, asked_for = published.agenda_read("salles"), ListSlots(agenda="salles")
    today, looks = desk.clock.now().date(), []
    full = [slot.start for n in range(26) for slot in slots.slots_on(agenda, today + timedelta(days=n))]
    with desk.tx() as tx:
        for start in full:
            tx.conn.execute(
                "INSERT INTO slot_uses (agenda, start, request_id) VALUES ('salles', %s, gen_random_uuid())", (start,)
            )
    with desk.tx(ALIX) as tx:
        tx.conn = Overheard(tx.conn, looks)
        found = week.slots_of_week(tx, desk.settings, asked_for)

    assert found.week == "2026-W52"
    assert len([sql for sql in looks if "slot_uses" in sql]) == 1


class Overheard:
    """A connection whose statements are written down as they pass."""

    def __init__(self, conn: Any, said: list[str]) -> None:
        self._conn, self._said = conn, said

    def execute(self, sql: str, *given: Any) -> Any:
        self._said.append(sql)
        return self._conn.execute(sql, *given)

    def cursor(self, **options: Any) -> Any:
        self._said.append("a list of records")
        return self._conn.cursor(**options)


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param(slot_rows.USES, id="what a week shows"),
        pytest.param(projections.FREE_OTHER_HOLD, id="what a new hold gives back"),
    ],
)
def test_past_days_are_not_read(desk: Desk, statement: str) -> None:
    day = datetime(2026, 11, 30, tzinfo=UTC)
    with desk.tx() as tx:
        tx.conn.execute(
            "INSERT INTO slot_uses (agenda, start, request_id, until) SELECT 'salles', "
            "'2026-11-30 09:00+00'::timestamptz - n * interval '1 hour', gen_random_uuid(), '2026-12-01'::timestamptz "
            "FROM generate_series(0, 20000) n"
        )
        tx.conn.execute("ANALYZE slot_uses")
        given = {"agenda": "salles", "request_id": uuid4(), "now": day, "first": day, "last": day + timedelta(days=1)}
        assert rows_read(tx.conn, statement, given) <= 24
