"""What a request that ends gives back, and what one asks again of it afterwards."""

from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from services import requests
from services.documents.schemas import facts as documents
from services.requests import reactions, refusals
from services.requests.filing import use_cases as submission
from services.requests.following import use_cases as following
from services.requests.lifecycle import use_cases as timers
from services.requests.request import events as e, flow
from services.requests.schemas.refusals import DraftNotFound, RequestNotFound
from tests.integration.requests.conftest import AGENT, ALIX, CAMILLE, VISITOR, Desk
from tests.integration.requests.test_following import hall
from tests.integration.requests.test_work_list import listed
from tests.support.heard import fact as received

REASON = "La salle est en travaux."
DAY = "day-salles-2026-11-30"
UPGRADE = "0009_silence_of_this_decision.sql"


@pytest.mark.parametrize("to", ["rejected", "redirected"])
def test_a_request_refused_or_passed_on_gives_its_slot_back_and_mails_so(desk: Desk, to: str) -> None:
    receipt = desk.take(hall(desk))
    assert not desk.details(receipt, e.RequestStatusChanged).calls_off

    desk.decide(receipt, to, reason=REASON, other_administration="Le département")

    assert desk.events(DAY) == ["SlotTaken", "SlotReleased"]
    assert desk.events(f"request-{receipt['request_id']}")[-2:] == ["RequestStatusChanged", "AppointmentCancelled"]
    assert desk.history(receipt)[-1].event.by == "agent"
    mailed = desk.details(receipt, e.RequestStatusChanged)
    assert mailed.calls_off
    assert "STATUS:CANCELLED" in mailed.ics
    assert [one["status"] for one in desk.view(receipt["number"], CAMILLE)["appointments"]] == ["cancelled"]
    assert hall(desk)["number"] != receipt["number"], "the slot is bookable again"
    assert desk.row(receipt)["appointment_at"] is None
    desk.check_rebuild(receipt)


def test_missing_pieces_close_the_file_at_the_deadline_and_give_its_slot_back(desk: Desk) -> None:
    receipt = desk.take(hall(desk))
    desk.decide(receipt, "awaiting_documents", missing_documents=["assurance-rc"], deadline=date(2026, 11, 27))
    desk.clock.moment = datetime(2026, 11, 27, 20, tzinfo=UTC)
    assert timers.lapse_incomplete(desk.store) == 0
    desk.clock.move(days=1)

    assert timers.lapse_incomplete(desk.store) == 1

    assert desk.view(receipt["number"])["status"]["slug"] == flow.Status.LAPSED
    assert desk.events(DAY) == ["SlotTaken", "SlotReleased"]
    assert desk.details(receipt, e.RequestStatusChanged).calls_off


def test_a_refusal_gives_no_place_of_a_quota_back(desk: Desk) -> None:
    receipt = desk.take(desk.file("enlevement-encombrants", CAMILLE))
    desk.decide(receipt, "rejected", reason="Ces objets ne sont pas enlevés.")
    assert desk.events("quota-enlevement-encombrants-2026-W48") == ["PlaceTaken"]


def test_silence_counts_anew_from_the_complete_file_in_the_row_as_in_the_file(desk: Desk) -> None:
    receipts = desk.take(desk.file("declaration-prealable-travaux", CAMILLE))
    desk.clock.moment = datetime(2026, 12, 26, 9, tzinfo=UTC)
    assert [timers.reach_implicit_decisions(desk.store) for _ in range(2)] == [1, 0]
    view = desk.view(receipts["number"], CAMILLE)
    assert view["history"][0]["title"] == "Sans réponse de la mairie, la demande est réputée acceptée"
    assert view["implicit_decision"]["reached"]
    assert desk.row(receipts)["implicit_reached"]
    desk.decide(receipts, "awaiting_documents", missing_documents=["dp2-plan-masse"], deadline=date(2027, 1, 10))
    desk.clock.move(days=2)
    desk.heard(receipts["request_id"], e.DocumentAdded(document_id=str(uuid4()), piece="dp2-plan-masse", files=1))

    view = desk.view(receipts["number"], CAMILLE)
    assert (view["implicit_decision"]["on"], view["implicit_decision"]["reached"]) == ("2027-01-28", False)
    assert "réputée acceptée" in str(view["history"]), "what silence had decided stays in the history"
    assert not desk.row(receipts)["implicit_reached"]
    desk.check_rebuild(receipts)

    desk.clock.moment = datetime(2027, 1, 29, 9, tzinfo=UTC)
    assert timers.reach_implicit_decisions(desk.store) == 1


def test_an_attestation_asked_for_is_work_for_agents_until_a_document_answers(desk: Desk) -> None:
    receipt = desk.file("declaration-prealable-travaux", CAMILLE)
    number = receipt["number"]
    with pytest.raises(refusals.NoAttestation):
        desk.do(CAMILLE, following.request_attestation, number)
    desk.clock.moment = datetime(2026, 12, 26, 9, tzinfo=UTC)
    assert timers.reach_implicit_decisions(desk.store) == 1
    assert desk.view(number, CAMILLE)["can"]["request_attestation"]
    with pytest.raises(refusals.NotAllowed):
        desk.do(AGENT, following.request_attestation, number)
    with pytest.raises(RequestNotFound):
        desk.do(ALIX, following.request_attestation, number)

    for _ in range(2):
        desk.do(CAMILLE, following.request_attestation, number)

    assert desk.events(f"request-{receipt['request_id']}").count("AttestationRequested") == 1
    view = desk.view(number, CAMILLE)
    assert not view["can"]["request_attestation"]
    assert view["attestation"] == {"requested_at": desk.clock.moment.isoformat(), "given_at": None}
    assert desk.view(number, AGENT)["alert"] == "Attestation demandée"
    [line] = listed(desk, view="alert")["items"]
    assert (line["number"], line["alert"]) == (number, "Attestation demandée")
    desk.check_rebuild(receipt)

    desk.heard(receipt["request_id"], e.DocumentAdded(document_id=str(uuid4()), piece="autre", files=1, by="citizen"))
    assert listed(desk, view="alert")["total"] == 1
    desk.heard(receipt["request_id"], e.DocumentAdded(document_id=str(uuid4()), piece="autre", files=1, by="agent"))

    assert listed(desk, view="alert")["total"] == 0
    assert desk.view(number, AGENT)["alert"] is None
    assert desk.view(number, CAMILLE)["attestation"]["given_at"] is not None
    assert "Attestation d’acceptation remise" in str(desk.view(number, CAMILLE)["history"])


def test_the_upgrade_keeps_silence_as_reached_for_the_decision_that_stands_alone(desk: Desk) -> None:
    receipts = [desk.file("declaration-prealable-travaux", CAMILLE) for _ in range(2)]
    desk.clock.moment = datetime(2026, 12, 26, 9, tzinfo=UTC)
    assert timers.reach_implicit_decisions(desk.store) == 2
    with desk.tx() as tx:
        tx.conn.execute("UPDATE requests SET implicit_on = '2027-01-28' WHERE number = %s", (receipts[0]["number"],))
        tx.conn.execute(Path(requests.__file__).with_name("migrations").joinpath(UPGRADE).read_bytes())
    assert [desk.row(one)["implicit_reached"] for one in receipts] == [False, True]


def test_a_form_sent_again_gives_no_way_into_a_request_revoked_or_attached(desk: Desk) -> None:
    receipt = desk.file("signalement-voirie", request_id=(same := str(uuid4())))
    desk.do(desk.holder(receipt), following.revoke_tracking_links, receipt["number"])

    again = desk.file("signalement-voirie", request_id=same)

    assert again["number"] == receipt["number"]
    assert again["tracking_token"] is None
    receipt = desk.file("signalement-voirie", request_id=(same := str(uuid4())))
    desk.do(desk.holder(receipt, "citizen", CAMILLE.id), following.attach, receipt["number"])
    assert desk.file("signalement-voirie", request_id=same)["tracking_token"] is None
    assert desk.file("signalement-voirie", CAMILLE)["tracking_token"] is None


def test_a_whole_request_under_a_draft_that_is_gone_is_refused(desk: Desk) -> None:
    desk.file("signalement-voirie", request_id=(same := str(uuid4())))
    before = desk.events(f"request-{same}")
    for request_id in (same, str(uuid4())):
        given = desk.filing("signalement-voirie", request_id=request_id, of_draft=True)
        with pytest.raises(DraftNotFound):
            desk.do(VISITOR, submission.submit, given)
        assert desk.events(f"request-{request_id}") == (before if request_id == same else [])


@pytest.mark.parametrize(
    ("by", "copied"), [("town", "agent"), ("agent", "agent"), ("system", "system"), ("citizen", "citizen")]
)
def test_the_side_that_removed_a_piece_is_copied_with_it(desk: Desk, by: str, copied: str) -> None:
    receipt = hall(desk)
    removed = received(documents.DocumentRemoved, receipt["request_id"], by=by)
    desk.run(reactions.copy_the_fact, removed)
    assert desk.history(receipt)[-1].event.by == copied
