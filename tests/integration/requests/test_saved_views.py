"""The views that an agent saves: kept as they were chosen, counted as their list would be, seen by no one else."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from services.requests import refusals
from services.requests.saved_views import use_cases as saved_views, views
from services.requests.schemas.saved_views import MOST_VIEWS, ListSavedViews, RemoveView, SaveView
from tests.integration.requests.conftest import AGENT, CAMILLE, Desk
from tests.integration.requests.test_agents import ADMIN, ROAD
from tests.integration.requests.test_work_list import listed


def save(desk: Desk, name: str, actor: Any = AGENT, **asked: Any) -> str:
    return desk.do(actor, saved_views.save_view, SaveView(name=name, **asked)).view_id


def saved(desk: Desk, actor: Any = AGENT) -> dict[str, dict[str, Any]]:
    desk.count_all()
    return {one["name"]: one for one in desk.answer(actor, views.saved_views, ListSavedViews())["items"]}


def test_a_view_keeps_its_choices_and_counts_its_requests(desk: Desk) -> None:
    desk.take(desk.file(ROAD))
    desk.file("permis-vegetaliser", CAMILLE)
    chosen = {"view": "mine", "procedure": ROAD, "sort": "status", "received_from": date(2026, 11, 1)}

    view_id = save(desk, "  À   moi ", **chosen, columns=("numero", "silence"))

    found = saved(desk)["À moi"]
    assert (found["view_id"], found["count"], found["more"]) == (view_id, 1, False)
    assert found["columns"] == ["numero", "silence"] or found["columns"] == ("numero", "silence")
    assert {one: found[one] for one in ("view", "procedure", "sort", "status")} == {
        "view": "mine", "procedure": ROAD, "sort": "status", "status": None,
    }  # fmt: skip
    assert str(found["received_from"]) == "2026-11-01"


@pytest.mark.parametrize(
    "asked", [{}, {"view": "unassigned"}, {"view": "closed"}, {"overdue": True}, {"view": "all"}, {"missing": "late"}]
)
def test_a_count_is_the_total_of_the_list(desk: Desk, asked: dict[str, Any]) -> None:
    desk.take(desk.file(ROAD))
    desk.file("permis-vegetaliser", CAMILLE)
    desk.clock.move(days=10)
    save(desk, "Vue", **asked)

    assert saved(desk)["Vue"]["count"] == listed(desk, **asked)["total"]


@pytest.mark.parametrize("asked", [{"overdue": True}, {"view": "overdue"}, {"received_from": date(2026, 1, 1)}])
def test_what_no_tally_counts_is_counted_up_to_a_bound(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, asked: dict[str, Any]
) -> None:
    monkeypatch.setattr(views, "MOST_SHOWN", 1)
    for _ in range(3):
        desk.file(ROAD)
    desk.clock.move(days=60)
    save(desk, "Vue", **asked)

    found = saved(desk)["Vue"]
    assert (found["count"], found["more"]) == (1, True)


def test_a_view_is_changed_in_its_place_and_removed_once_for_all(desk: Desk) -> None:
    view_id = save(desk, "Retards", view="overdue")
    assert save(desk, "Retards de voirie", view="overdue", procedure=ROAD, view_id=view_id) == view_id
    assert list(saved(desk)) == ["Retards de voirie"]

    for _ in range(2):
        desk.do(AGENT, saved_views.remove_view, RemoveView(view_id=view_id))
    assert saved(desk) == {}


def test_the_views_of_another_agent_are_neither_seen_nor_changed(desk: Desk) -> None:
    view_id = save(desk, "À moi", view="mine")

    assert saved(desk, ADMIN) == {}
    with pytest.raises(refusals.ViewUnknown):
        save(desk, "À moi", ADMIN, view_id=view_id)
    desk.do(ADMIN, saved_views.remove_view, RemoveView(view_id=view_id))
    assert list(saved(desk)) == ["À moi"]


def test_names_and_numbers_of_views_are_bounded(desk: Desk) -> None:
    for n in range(MOST_VIEWS):
        save(desk, f"Vue {n}")
    with pytest.raises(refusals.TooManyViews):
        save(desk, "Une de plus")
    with pytest.raises(refusals.ViewUnknown):
        save(desk, "Une autre", view_id=str(uuid4()))
    assert len(saved(desk)) == MOST_VIEWS


def test_a_view_of_a_lost_department_holds_no_request(desk: Desk) -> None:
    desk.file(ROAD)
    save(desk, "Voirie", department="services-techniques")
    assert saved(desk)["Voirie"]["count"] == 1

    moved = replace(AGENT, departments=("population",))

    assert saved(desk, moved)["Voirie"]["count"] == 0
    assert listed(desk, moved, department="services-techniques")["total"] == 0


def test_a_view_with_removed_values_is_still_read(desk: Desk) -> None:
    save(desk, "Vue", status="disparu", agenda="ferme", site="demoli", columns=("couleur",))
    with desk.tx() as tx:  # as a later release may leave it behind
        tx.conn.execute(
            """UPDATE saved_views SET narrowed = '{"view": "open", "priority": "high"}' WHERE name = 'Vue'"""
        )

    assert saved(desk)["Vue"]["view"] == "open"


def test_an_order_or_a_view_of_a_later_release_is_left_out(desk: Desk) -> None:
    save(desk, "Vue", status="submitted")
    with desk.tx() as tx:
        later = '{"view": "nearby", "sort": "distance", "missing": "some", "status": "submitted"}'
        tx.conn.execute("UPDATE saved_views SET narrowed = %s WHERE name = 'Vue'", (later,))

    found = saved(desk)["Vue"]
    assert [found[one] for one in ("view", "sort", "missing", "status")] == [None, None, None, "submitted"]


def test_the_views_of_an_agent_who_left_go_with_the_last_look(desk: Desk) -> None:
    """What accounts does to an agent is not told here: who looks at nothing for as long as looks are kept is gone."""
    save(desk, "Vue")
    desk.clock.move(days=31 * 5)
    listed(desk)
    desk.clock.move(days=31 * 8)
    save(desk, "À moi", ADMIN)
    saved_views.forget_unused(desk.store)
    assert list(saved(desk)) == ["Vue"], "its agent looked at the list since"

    desk.clock.move(days=31 * 9)
    saved_views.forget_unused(desk.store)

    assert (saved(desk), list(saved(desk, ADMIN))) == ({}, ["À moi"])


def test_views_are_for_agents_who_read_requests(desk: Desk) -> None:
    editor = replace(AGENT, roles=("editor",), permissions=("manage_news",))
    for actor in (editor, CAMILLE):
        with pytest.raises(refusals.NotAllowed):
            save(desk, "Vue", actor)
        with pytest.raises(refusals.NotAllowed):
            saved(desk, actor)
