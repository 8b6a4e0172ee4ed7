"""The town's sample requests, with their past: no effect on closed quota periods, nothing twice."""

from typing import Any

import pytest

from services.chassis.contracts import to_json
from services.requests import refusals
from services.requests.samples import use_cases as importing
from services.requests.space import views as own_data
from tests.integration.requests.conftest import AGENT, CAMILLE, SYSTEM, Desk
from tests.integration.requests.test_work_list import listed
from tests.support import published

CITIZENS: list[dict[str, Any]] = published.files()["accounts"]["citizens"]
ACCOUNTS = {citizen["username"]: f"{n:08d}-0000-4000-8000-000000000000" for n, citizen in enumerate(CITIZENS)}
ACCOUNTS["camille.exemple"] = CAMILLE.id
AGENTS: list[dict[str, Any]] = published.files()["accounts"]["agents"]
ACCOUNTS["agent.accueil"] = AGENT.id
ACCOUNTS["agent.technique"] = "99999999-9999-4999-8999-999999999999"


def imported(desk: Desk) -> dict[str, Any]:
    return to_json(importing.import_samples(desk.store, SYSTEM, CITIZENS, ACCOUNTS, AGENTS))


def test_each_sample_stands_as_its_file_says_status_past_words_and_pieces(desk: Desk) -> None:
    answer = imported(desk)
    wanted = {s["ref"]: s["status"] for citizen in CITIZENS for s in citizen["sample_requests"]}
    rows = desk.rows("SELECT request_id::text AS id, status FROM requests")
    assert {
        ref: next(r["status"] for r in rows if r["id"] == request) for ref, request in answer["requests"].items()
    } == wanted
    [row] = desk.rows("SELECT number FROM requests WHERE request_id = %s", (answer["requests"]["CE-3"],))
    history = desk.view(row["number"], CAMILLE)["history"]
    assert [(line["title"], line["at"][:10]) for line in history] == [
        ("Statut « Terminée »", "2026-11-15"),
        ("Statut « Programmée »", "2026-11-10"),
        ("Demande prise en charge : statut « En cours d’instruction »", "2026-11-10"),
        ("Demande enregistrée", "2026-11-09"),
    ]
    events = [one.event for one in desk.history({"request_id": answer["requests"]["AF-2"]})]
    assert [type(event).__name__ for event in events] == [
        "RequestSubmitted", "RequestAssigned", "RequestStatusChanged", "RequestStatusChanged",
    ]  # fmt: skip
    assert events[-1].to_status == "redirected"
    assert events[-1].other_administration == "Conseil départemental de l’Orne"
    assert events[-1].reason == "La route de la Ferté est une voie départementale."
    asked = next(one for one in answer["exchanges"] if "DP2" in one["text"])
    assert (asked["side"], asked["read"]) == ("town", False)
    assert "{{" not in asked["text"]
    assert {"piece": "photo_lieu", "files": ["pied-arbre.jpg"]}.items() <= next(
        one for one in answer["documents"] if one["piece"] == "photo_lieu"
    ).items()


def test_the_events_of_an_import_bear_the_id_of_the_call(desk: Desk) -> None:
    importing.import_samples(desk.store, SYSTEM, CITIZENS, ACCOUNTS, AGENTS, correlation_id="c-1")
    said = desk.rows("SELECT DISTINCT correlation_id FROM events")
    assert said == [{"correlation_id": "c-1"}]


def test_the_tile_and_the_lists_show_the_samples_as_they_stand(desk: Desk) -> None:
    imported(desk)
    latest = desk.do(CAMILLE, own_data.read_dashboard).latest
    assert len(latest) == 4
    assert [item.procedure for item in desk.do(CAMILLE, own_data.mine, True, 1).items] == ["enlevement-encombrants"]
    assert latest[0].appointment_at is not None
    assert latest[0].appointment_place == "Bureau de la vie associative, Maison des associations"
    found = {view: listed(desk, view=view)["items"] for view in ("unassigned", "mine", "closed")}
    stand = {view: {(row["procedure"], row["status"]["slug"]) for row in rows} for view, rows in found.items()}
    assert ("signalement-voirie", "submitted") in stand["unassigned"]
    assert {status for _, status in stand["unassigned"]} == {"submitted"}
    assert {("location-salle", "in_review"), ("subvention-association", "in_review")} <= stand["mine"]
    assert ("permis-vegetaliser", "in_review") not in stand["mine"]
    assert {status for _, status in stand["mine"]} == {"in_review", "awaiting_documents", "scheduled"}
    assert {"done", "accepted", "cancelled", "redirected"} <= {status for _, status in stand["closed"]}


def test_a_closed_period_is_not_touched(desk: Desk) -> None:
    imported(desk)
    streams = desk.rows("SELECT DISTINCT stream FROM events WHERE stream LIKE 'quota-%'")
    assert streams == []


def test_an_import_cut_short_is_asked_again_without_doubles(desk: Desk) -> None:
    first = imported(desk)
    desk.clock.move(hours=1)
    assert imported(desk)["requests"] == first["requests"]
    counted = desk.rows("SELECT count(*) AS n FROM events WHERE type = 'RequestSubmitted'")[0]
    assert counted["n"] == len(first["requests"])


def test_only_our_own_processes_import(desk: Desk) -> None:
    with pytest.raises(refusals.NotAllowed):
        importing.import_samples(desk.store, AGENT, CITIZENS, ACCOUNTS)
