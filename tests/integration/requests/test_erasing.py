"""The end of a person's data in requests: what goes when an account is closed, what stays, and how a retention ends."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from services.chassis.actors import Actor
from services.chassis.event_store.keys import KeyDestroyed
from services.chassis.process.operate import verify
from services.chassis.settings import Settings
from services.requests import refusals
from services.requests.drafts import use_cases as drafts, views as reading
from services.requests.following import use_cases as following, views as tracking
from services.requests.lifecycle import rows as due, use_cases as timers
from services.requests.request import events as e
from services.requests.retention import rows as retention_rows, use_cases as retention, views as retention_views
from services.requests.schemas.decisions import Assign
from services.requests.schemas.refusals import RequestErased, RequestNotFound, TrackingLinkInvalid
from services.requests.schemas.retention import ApproveElimination
from services.requests.schemas.work_list import ListWork
from services.requests.space import use_cases as erasing, views as own_data
from services.requests.worklist import use_cases as agents, views as work
from tests.integration.requests.conftest import AGENT, ALIX, CAMILLE, SYSTEM, VISITOR, Desk, rows_read
from tests.integration.requests.test_agents import ADMIN, journal
from tests.integration.requests.test_drafts import MONDAY, PASSPORT, opened
from tests.integration.requests.test_following import hall
from tests.support import published
from tests.support.filled import valid_applicant
from tests.support.published import definition
from tests.support.readable import in_clear, rows_of

ROAD = "signalement-voirie"
ARCHIVIST = Actor(
    kind="agent", id="44444444-4444-4444-8444-444444444444", roles=("administrator",), permissions=("run_retention",)
)
MARKER = "Zzmarqueur"


def filed(desk: Desk, actor: Actor = CAMILLE) -> dict[str, Any]:
    who = valid_applicant(definition(ROAD)) | {"usage_name": MARKER, "email": "camille@courriel.example"}
    return desk.file(ROAD, actor, applicant=who)


def close(desk: Desk, receipt: dict[str, Any]) -> None:
    desk.take(receipt)
    desk.decide(receipt, "done", text=f"C’est réparé, {MARKER}.")


def closed(desk: Desk, actor: Actor = CAMILLE) -> dict[str, Any]:
    receipt = filed(desk, actor)
    close(desk, receipt)
    return receipt


def erase_person(desk: Desk, person: Actor = CAMILLE) -> None:
    desk.run(erasing.erase_person, person.id)


def approval(list_id: str, numbers: list[str] | None = None) -> ApproveElimination:
    return ApproveElimination(list_id=list_id, visa="AD61 2028-7", numbers=tuple(numbers) if numbers else None)


def drawn(desk: Desk) -> str:
    """The id of a list of all that is closed now, drawn once its retention is over."""
    desk.clock.move(days=31 * 25)
    return desk.do(ARCHIVIST, retention.draw_list).list_id


def ended(desk: Desk, actor: Actor = CAMILLE) -> dict[str, Any]:
    """A closed request, its retention over, its destruction approved and done."""
    receipt = closed(desk, actor)
    desk.do(ARCHIVIST, retention.approve_list, approval(drawn(desk)))
    assert retention.erase_approved(desk.store) == 1
    return receipt


def events(desk: Desk, receipt: dict[str, Any]) -> list[str]:
    return desk.events(f"request-{receipt['request_id']}")


def opened_draft(desk: Desk, actor: Actor) -> str:
    draft_id = opened(desk, PASSPORT, actor)["id"]
    desk.answer(actor, drafts.hold_slot, draft_id, MONDAY)
    return draft_id


# --- an account is closed


def test_a_draft_of_an_erased_person_ends_with_its_key_and_its_slot(desk: Desk) -> None:
    draft_id = opened_draft(desk, CAMILLE)
    erase_person(desk)
    assert desk.events(f"draft-{draft_id}") == ["DraftDiscarded"]
    assert desk.events("day-titres-identite-2026-11-30") == ["SlotHeld", "SlotReleased"]
    with pytest.raises(KeyDestroyed), desk.tx() as tx:
        tx.seal(draft_id, "more")


def test_a_request_under_way_stays_whole_and_is_followed_by_a_new_link(desk: Desk) -> None:
    receipt = hall(desk)
    erase_person(desk)
    assert events(desk, receipt)[-2:] == ["TrackingLinkRenewed", "RequestDetached"]
    assert desk.history(receipt)[-1].event.archived is False
    view = desk.view(receipt["number"], AGENT)
    assert (view["erased"], view["attached"], view["status"]["closed"]) == (False, False, False)
    assert view["applicant"]
    with pytest.raises(RequestNotFound):
        desk.view(receipt["number"], CAMILLE)
    with pytest.raises(TrackingLinkInvalid):
        desk.view(receipt["number"], desk.holder(receipt))
    mailed = desk.mail_details(receipt)
    assert mailed.email
    assert mailed.account_id is None
    link = Actor(kind="tracking", id="", tokens=(mailed.tracking_token,))
    assert desk.view(receipt["number"], link)["can"]["cancel"]


def test_the_requests_of_others_are_untouched(desk: Desk) -> None:
    mine, theirs = filed(desk), filed(desk, ALIX)
    before = desk.view(theirs["number"], ALIX)["history"]
    erase_person(desk)
    assert desk.view(theirs["number"], ALIX)["history"] == before
    assert desk.do(ALIX, own_data.mine, False, 1).total == 1
    assert desk.do(CAMILLE, own_data.mine, False, 1).total == 0
    assert desk.view(mine["number"], AGENT)["applicant"]


def test_a_person_erased_twice_is_erased_once(desk: Desk) -> None:
    receipt = filed(desk)
    for _ in range(2):
        erase_person(desk)
    assert events(desk, receipt) == ["RequestSubmitted", "TrackingLinkRenewed", "RequestDetached"]


def test_a_list_of_ones_requests_says_until_when_they_are_kept(desk: Desk) -> None:
    open_one, closed_one = filed(desk), closed(desk)
    kept = {item["number"]: item["kept"] for item in desk.answer(CAMILLE, own_data.mine, False, 1)["items"]}
    months = definition(ROAD)["retention"]["months"]
    assert kept[open_one["number"]] == {"months": months, "until": None, "then": "destroy"}
    assert kept[closed_one["number"]]["until"] > "2027"


# --- a retention ends


def test_nothing_is_destroyed_before_its_time_nor_without_an_approved_list(desk: Desk) -> None:
    receipt = closed(desk)
    with pytest.raises(refusals.NothingToEliminate):
        desk.do(ARCHIVIST, retention.draw_list)
    list_id = drawn(desk)
    assert retention.erase_approved(desk.store) == 0
    assert desk.view(receipt["number"])["applicant"]
    shown = desk.answer(ARCHIVIST, retention_views.show_list, list_id)
    assert {line["title"] for line in shown["lines"]} == {published.definition(shown["lines"][0]["procedure"])["title"]}
    assert [(line["number"], line["then"], line["approved"]) for line in shown["lines"]] == [
        (receipt["number"], "destroy", False)
    ]
    assert desk.do(ARCHIVIST, retention_views.show_lists).ended == 1


def test_reading_an_elimination_list_is_a_look_at_each_request_on_it(desk: Desk) -> None:
    receipt = closed(desk)
    desk.do(ARCHIVIST, retention_views.show_list, drawn(desk))
    views = journal(desk, ADMIN, receipt["number"])["views"]
    assert [(look["what"], look["agent_name"]) for look in views[1:]] == [("elimination", ARCHIVIST.name)]


def test_an_open_request_is_on_no_list_however_old(desk: Desk) -> None:
    filed(desk)
    desk.clock.move(days=31 * 200)
    with pytest.raises(refusals.NothingToEliminate):
        desk.do(ARCHIVIST, retention.draw_list)


def test_an_approval_bears_the_name_of_its_author(desk: Desk) -> None:
    closed(desk)
    list_id, operator = drawn(desk), replace(SYSTEM, name="Anne Martin")

    desk.do(operator, retention.approve_list, approval(list_id))

    assert desk.do(ARCHIVIST, retention_views.show_list, list_id).approved_by == "Anne Martin"
    with desk.tx() as tx:
        assert tx.history(f"elimination-{list_id}")[-1].event.by_name == "Anne Martin"


def test_only_archivists_draw_and_read_elimination_lists(desk: Desk) -> None:
    for actor in (AGENT, CAMILLE, VISITOR):
        for act in (retention.draw_list, retention_views.show_lists):
            with pytest.raises(refusals.NotAllowed):
                desk.do(actor, act)


def test_an_erased_request_is_a_number_with_dates_on_both_sides(desk: Desk) -> None:
    receipt = ended(desk)
    link = desk.holder(receipt)
    for actor in (AGENT, SYSTEM):
        view = desk.view(receipt["number"], actor)
        assert (view["erased"], view["archived"], view["applicant"], view["answers"]) == (True, True, [], [])
        assert view["history"][0]["title"] == "Informations personnelles effacées"
        assert not any(view["can"].values())
    with pytest.raises(RequestErased) as calm:
        desk.view(receipt["number"], CAMILLE)
    assert "effacées" in calm.value.message
    with pytest.raises(RequestErased):
        desk.view(receipt["number"], VISITOR)
    assert desk.do(CAMILLE, own_data.mine, True, 1).total == 0
    with pytest.raises(TrackingLinkInvalid):  # the link's own term has passed long ago
        desk.do(VISITOR, tracking.open_tracking, link.tokens[0])


def test_a_link_that_still_works_opens_what_is_left(desk: Desk) -> None:
    receipt = ended(desk)
    row = desk.do(
        SYSTEM, lambda tx, _: tx.conn.execute("UPDATE requests SET generation_since = now() + interval '9 y'")
    )
    assert row is not None
    view = desk.view(receipt["number"], desk.holder(receipt))
    assert view["erased"]
    assert view["can"]["attach"] is False
    with pytest.raises(RequestErased):
        desk.do(desk.holder(receipt, "citizen", ALIX.id), following.attach, receipt["number"])


def test_nothing_can_be_written_into_an_erased_request_and_no_mail_leaves(desk: Desk) -> None:
    receipt = ended(desk)
    with pytest.raises(RequestErased):
        desk.do(AGENT, agents.add_note, receipt["number"], "Une note")
    with pytest.raises(RequestErased):
        desk.mail_details(receipt)
    desk.do(VISITOR, following.send_tracking_link, receipt["number"], "camille@courriel.example")
    version = desk.view(receipt["number"], AGENT)["version"]
    mine = Assign(number=receipt["number"], version=version, assignee=AGENT.id)
    with pytest.raises(RequestErased):
        desk.do(AGENT, agents.assign, mine, None)
    with pytest.raises(RequestErased):
        desk.do(AGENT, agents.take_in_charge, receipt["number"], version)
    with pytest.raises(RequestErased):
        desk.do(AGENT, following.revoke_tracking_links, receipt["number"])
    assert events(desk, receipt)[-1] == "RequestErased"
    late = e.ExchangeRead(exchange_id=str(uuid4()), direction="to_citizen")
    desk.heard(receipt["request_id"], late)
    assert events(desk, receipt)[-1] == "ExchangeRead"


def test_lists_find_an_erased_request_by_number_alone(desk: Desk) -> None:
    receipt = ended(desk)
    desk.count_all()

    def found(q: str) -> list[str]:
        return [item["applicant_name"] for item in desk.answer(AGENT, work.work, ListWork(q=q))["items"]]

    assert found(MARKER) == []
    assert found(receipt["number"]) == ["Données effacées"]


def test_a_sorted_request_goes_only_when_it_is_named(desk: Desk) -> None:
    first, second = closed(desk), closed(desk)
    desk.do(ARCHIVIST, retention.approve_list, approval(drawn(desk), [first["number"]]))
    assert [retention.erase_approved(desk.store) for _ in range(2)] == [1, 0], "a run that was killed is taken up"
    assert events(desk, first).count("RequestErased") == 1
    assert desk.view(first["number"])["erased"]
    assert not desk.view(second["number"])["erased"]
    assert desk.do(ARCHIVIST, retention_views.show_lists).ended == 1


def test_the_list_of_ends_to_erase_reads_no_row_of_the_erased(desk: Desk) -> None:
    ended(desk)
    with desk.tx() as tx:
        tx.conn.execute(
            "INSERT INTO approved_ends (request_id, list_id, erased) "
            "SELECT gen_random_uuid(), gen_random_uuid(), n > 3 FROM generate_series(1, 5000) n"
        )
        tx.conn.execute("ANALYZE approved_ends")
        assert rows_read(tx.conn, retention_rows.TO_ERASE, {"after": due.FIRST}) < 10


def test_the_list_of_ended_requests_reads_no_row_of_the_others(desk: Desk) -> None:
    receipt = closed(desk)
    with desk.tx() as tx:
        # Of every procedure 250 that are kept for forty days more, and 600 of one whose retention ended ten days ago.
        for procedure, each, days in (("%", 250, 40), (ROAD, 600, -10)):
            tx.conn.execute(
                "INSERT INTO requests (procedure, version, closed_at, request_id, number, submitted_at, generation_since, area, "
                "department, channel, status, closed, attached, email_hash, filed_by, sealed) "
                "SELECT v.slug, v.version, %(now)s - (v.definition::jsonb -> 'retention' ->> 'months')::int * interval '1 month' "
                "+ %(days)s * interval '1 day', gen_random_uuid(), v.slug || %(days)s || '-' || n, submitted_at, submitted_at, "
                "area, department, channel, status, closed, attached, email_hash, filed_by, sealed "
                "FROM requests, procedure_versions v, generate_series(1, %(each)s) n "
                "WHERE number = %(number)s AND slug LIKE %(procedure)s",
                {"procedure": procedure, "each": each, "days": days, "now": tx.now, "number": receipt["number"]},
            )
        tx.conn.execute("ANALYZE requests")  # as the server does of itself after so many rows: the plan depends on it
        given = {"today": tx.now.date(), "at_most": 10}
        for sql in (retention_rows.COUNT_ENDED, retention_rows.ENDED):
            assert rows_read(tx.conn, sql, given) < 1000

    assert desk.see(ARCHIVIST, retention_views.show_lists).ended == 600


def test_no_trace_is_left_the_chain_holds_and_a_rebuild_brings_nothing_back(desk: Desk, settings: Settings) -> None:
    receipt, other = ended(desk), filed(desk, ALIX)
    before = rows(desk)
    assert desk.history(receipt)[0].readable is False
    with desk.tx() as tx:
        assert in_clear(tx.conn, MARKER) == []
    assert verify(settings, "requests").sound
    desk.rebuild()
    assert rows(desk) == before
    assert desk.view(other["number"], ALIX)["applicant"]


def rows(desk: Desk) -> dict[str, list[str]]:
    """What lists are made of; sealed values are sealed anew by a rebuild."""
    tables = ("requests", "request_words", "number_parts", "unread_exchanges", "eliminations", "approved_ends")
    with desk.tx() as tx:
        return rows_of(tx.conn, tables, but="sealed")


def test_a_draft_that_is_filed_while_it_expires_keeps_its_key(desk: Desk) -> None:
    draft_id = opened_draft(desk, VISITOR)
    desk.clock.move(days=8)
    with desk.tx() as tx:
        tx.conn.execute("UPDATE drafts SET expires_at = expires_at + interval '9 days'")
    assert timers.forget_drafts(desk.store) == 0
    assert desk.answer(VISITOR, reading.show, draft_id)["id"] == draft_id
