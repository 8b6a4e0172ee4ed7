"""After the submission: link, history, exchanges and pieces received, withdrawing, attaching, appointments."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.chassis.actors import Actor
from services.requests import refusals
from services.requests.access import use_cases as acting
from services.requests.appointments import use_cases as appointments
from services.requests.filing.backlog import Backlog
from services.requests.following import use_cases as following, views as tracking
from services.requests.notices import views as notices
from services.requests.refusals import StaleVersion
from services.requests.request import events as e
from services.requests.schemas.appointments import AddAppointment, CancelAppointment, MoveAppointment
from services.requests.schemas.dashboard import Dashboard
from services.requests.schemas.mail_details import AboutMail, ReadMailsDetails
from services.requests.schemas.refusals import LoginRequired, RequestNotFound, TrackingLinkInvalid
from services.requests.space import views as own_data
from services.requests.worklist import views as work
from tests.integration.requests.conftest import AGENT, ALIX, CAMILLE, SYSTEM, VISITOR, Desk
from tests.integration.requests.test_filing import VISIT
from tests.support.published import agenda

ROAD = "signalement-voirie"
FRIDAY = datetime(2026, 12, 2, 9, tzinfo=UTC)


def hall(desk: Desk) -> dict[str, Any]:
    return desk.file("location-salle", CAMILLE, start=VISIT)


def asked(receipt: dict[str, Any], desk: Desk, actor: Any, **more: Any) -> Any:
    """The call that adds, moves or cancels an appointment, by what is given."""
    new = AddAppointment if "start" in more else CancelAppointment
    call = MoveAppointment if len(more) == 2 else new
    return call(number=receipt["number"], version=desk.view(receipt["number"], actor)["version"], **more)


def test_a_link_opens_its_request_and_the_number_alone_does_not(desk: Desk) -> None:
    receipt = desk.file(ROAD)
    opened = desk.answer(VISITOR, tracking.open_tracking, receipt["tracking_token"])
    assert opened == {"number": receipt["number"], "request_id": receipt["request_id"], "login_required": False}
    view = desk.view(receipt["number"], desk.holder(receipt))
    assert view["tabs"] == ["applicant", "request", "history", "exchanges", "documents"]
    assert view["can"] == {
        "cancel": True,
        "attach": True,
        "exchange": True,
        "add_appointment": False,
        "add_documents": True,
        "revoke_links": True,
        "request_attestation": False,
        "answer_erasure": False,
    }
    for actor in (VISITOR, CAMILLE):
        with pytest.raises(RequestNotFound):
            desk.view(receipt["number"], actor)


def test_a_reader_does_not_wait_for_a_decision_under_way(desk: Desk) -> None:
    receipt = hall(desk)
    number = receipt["number"]
    with desk.tx() as deciding:
        acting.by_id(deciding, receipt["request_id"])
        assert desk.view(number, CAMILLE)["number"] == number
        assert "BEGIN:VEVENT" in desk.see(CAMILLE, notices.calendar, number).ics
        assert desk.mail_details(receipt).email
        with pytest.raises(refusals.ReplyNotOffered):
            desk.see(AGENT, work.reply_preview, number, "none-of-the-replies", {})


def test_a_revoked_link_is_refused_like_a_forged_one(desk: Desk) -> None:
    receipt = desk.file(ROAD)
    desk.do(AGENT, following.revoke_tracking_links, receipt["number"])
    with pytest.raises(TrackingLinkInvalid) as revoked:
        desk.do(VISITOR, tracking.open_tracking, receipt["tracking_token"])
    with pytest.raises(TrackingLinkInvalid) as forged:
        desk.do(VISITOR, tracking.open_tracking, "A" + receipt["tracking_token"][1:])
    assert revoked.value.message == forged.value.message


def test_a_link_holder_revokes_it_until_the_request_is_in_a_space(desk: Desk) -> None:
    receipt = desk.file(ROAD)
    holder = desk.holder(receipt)
    assert desk.view(receipt["number"], holder)["can"]["revoke_links"]

    desk.do(holder, following.revoke_tracking_links, receipt["number"])

    with pytest.raises(TrackingLinkInvalid):
        desk.view(receipt["number"], holder)
    own = desk.file(ROAD, CAMILLE)
    assert not desk.view(own["number"], CAMILLE)["can"]["revoke_links"]
    with pytest.raises(refusals.AlreadyAttached):
        desk.do(CAMILLE, following.revoke_tracking_links, own["number"])


def test_a_lost_link_is_sent_to_the_address_that_filed_alone(desk: Desk) -> None:
    receipt = desk.file(ROAD)
    for number in (receipt["number"], "2026-0000-0000"):
        desk.do(VISITOR, following.send_tracking_link, number, "autre@courriel.example")
    assert desk.events(f"request-{receipt['request_id']}") == ["RequestSubmitted"]
    desk.clock.move(days=366)
    with pytest.raises(TrackingLinkInvalid):
        desk.do(VISITOR, tracking.open_tracking, receipt["tracking_token"])
    desk.do(VISITOR, following.send_tracking_link, receipt["number"], "Ariel.Nouveau@courriel.example")
    assert desk.events(f"request-{receipt['request_id']}")[1:] == ["TrackingLinkRenewed", "TrackingLinkRequested"]


def test_a_request_is_attached_by_link_and_login_together(desk: Desk) -> None:
    receipt = desk.file(ROAD)
    with pytest.raises(RequestNotFound):
        desk.do(CAMILLE, following.attach, receipt["number"])
    desk.do(desk.holder(receipt, "citizen", CAMILLE.id), following.attach, receipt["number"])
    assert desk.do(CAMILLE, own_data.read_dashboard).latest[0].number == receipt["number"]
    with pytest.raises(refusals.AlreadyAttached):
        desk.do(desk.holder(receipt, "citizen", ALIX.id), following.attach, receipt["number"])
    with pytest.raises(LoginRequired):
        desk.view(receipt["number"], desk.holder(receipt))
    assert desk.view(receipt["number"], CAMILLE)["can"]["attach"] is False


def test_the_four_latest_and_the_archived(desk: Desk) -> None:
    receipts = []
    for _ in range(5):
        receipts.append(desk.file(ROAD, CAMILLE))
        desk.clock.move(minutes=1)
    desk.do(CAMILLE, following.cancel, receipts[4]["number"], 1)
    assert [item.number for item in desk.do(CAMILLE, own_data.read_dashboard).latest] == [
        one["number"] for one in reversed(receipts[:4])
    ]
    assert desk.do(CAMILLE, own_data.mine, False, 1).total == 4
    assert desk.do(CAMILLE, own_data.mine, True, 1).items[0].status.label == "Annulée"


def test_withdrawing_frees_the_slot_and_archives_at_once(desk: Desk) -> None:
    receipt = hall(desk)
    desk.do(CAMILLE, following.cancel, receipt["number"], 2)
    view = desk.view(receipt["number"], CAMILLE)
    assert (view["archived"], view["status"]["label"]) == (True, "Annulée")
    assert desk.events(f"request-{receipt['request_id']}")[-2:] == ["AppointmentCancelled", "RequestCancelled"]
    assert desk.events("day-salles-2026-11-30") == ["SlotTaken", "SlotReleased"]
    assert desk.do(CAMILLE, following.cancel, receipt["number"], view["version"]).status == "cancelled"
    assert hall(desk)["number"] != receipt["number"]


def test_a_moved_appointment_frees_the_old_slot_and_keeps_it_in_sight(desk: Desk) -> None:
    receipt = hall(desk)
    first = desk.view(receipt["number"], CAMILLE)["appointments"][0]
    desk.do(
        CAMILLE, appointments.move_appointment, asked(receipt, desk, CAMILLE, appointment_id=first["id"], start=FRIDAY)
    )
    view = desk.view(receipt["number"], CAMILLE)
    assert [(one["status"], one["starts_at"]) for one in view["appointments"]] == [
        ("cancelled", VISIT.isoformat()),
        ("booked", FRIDAY.isoformat()),
    ]
    assert (
        view["history"][0]["title"]
        == "Rendez-vous modifié\u00a0: le mercredi 2\u00a0décembre\u00a02026 à\u00a010\u00a0h"
    )
    assert desk.events("day-salles-2026-11-30")[-1] == "SlotReleased"
    assert "SEQUENCE:1" in desk.see(CAMILLE, notices.calendar, receipt["number"]).ics


def test_a_move_to_the_present_slot_is_refused(desk: Desk) -> None:
    receipt = hall(desk)
    first = desk.view(receipt["number"], CAMILLE)["appointments"][0]
    same = asked(receipt, desk, CAMILLE, appointment_id=first["id"], start=VISIT)
    with pytest.raises(refusals.SlotAlreadyYours):
        desk.do(CAMILLE, appointments.move_appointment, same)
    assert desk.view(receipt["number"], CAMILLE)["appointments"] == [first]


def test_a_required_appointment_cannot_be_cancelled_alone(desk: Desk) -> None:
    receipt = hall(desk)
    first = desk.view(receipt["number"], CAMILLE)["appointments"][0]
    assert (first["can_move"], first["can_cancel"]) == (True, False)
    until = VISIT - timedelta(hours=agenda("salles")["change_until_hours"])
    assert datetime.fromisoformat(first["move_until"]) == until
    with pytest.raises(refusals.AppointmentMandatory):
        desk.do(CAMILLE, appointments.cancel_appointment, asked(receipt, desk, CAMILLE, appointment_id=first["id"]))


def test_an_optional_appointment_is_added_then_cancelled(desk: Desk) -> None:
    receipt = desk.file("concession-cimetiere")
    holder = desk.holder(receipt)
    start = datetime(2026, 12, 7, 8, tzinfo=UTC)
    added = desk.do(holder, appointments.add_appointment, asked(receipt, desk, holder, start=start))
    desk.do(
        holder,
        appointments.cancel_appointment,
        asked(receipt, desk, holder, appointment_id=added.appointment_id),
    )
    view = desk.view(receipt["number"], holder)
    assert [one["status"] for one in view["appointments"]] == ["cancelled"]
    assert view["can"]["add_appointment"]


def test_an_exchange_counts_as_unread_until_it_is_opened(desk: Desk) -> None:
    receipt = desk.file(ROAD)
    exchange = str(uuid4())
    desk.heard(receipt["request_id"], e.ExchangeAdded(exchange_id=exchange, direction="to_citizen"))
    assert desk.view(receipt["number"], desk.holder(receipt))["unread"] == {"citizen": 1, "town": 0}
    desk.heard(receipt["request_id"], e.ExchangeRead(exchange_id=exchange, direction="to_citizen"))
    desk.heard(receipt["request_id"], e.ExchangeRead(exchange_id=exchange, direction="to_citizen"))
    assert desk.view(receipt["number"], desk.holder(receipt))["unread"] == {"citizen": 0, "town": 0}


def test_unread_messages_of_an_account_are_counted_without_the_archives(desk: Desk) -> None:
    for _ in range(3):
        receipt = desk.file(ROAD, CAMILLE)
        desk.heard(receipt["request_id"], e.ExchangeAdded(exchange_id=str(uuid4()), direction="to_citizen"))
    assert desk.do(CAMILLE, own_data.unread).unread == 3
    desk.do(CAMILLE, following.cancel, receipt["number"], 2)
    assert desk.do(CAMILLE, own_data.unread).unread == 2
    assert desk.do(ALIX, own_data.unread).unread == 0


def dashboard(desk: Desk, actor: Actor) -> Dashboard:
    return desk.see(actor, own_data.read_dashboard)


def test_the_dashboard_shows_all_that_waits_however_many_requests_came_since(desk: Desk) -> None:
    visited = hall(desk)
    written, archived = desk.file(ROAD, CAMILLE), desk.file(ROAD, CAMILLE)
    for receipt in (written, archived):
        desk.heard(receipt["request_id"], e.ExchangeAdded(exchange_id=str(uuid4()), direction="to_citizen"))
    desk.do(CAMILLE, following.cancel, archived["number"], 2)
    desk.clock.move(minutes=1)
    for _ in range(own_data.LIST_PAGE):
        desk.file(ROAD, CAMILLE)
    first_page = {item.number for item in desk.see(CAMILLE, own_data.mine, False, 1).items}
    assert not first_page & {visited["number"], written["number"]}

    board = dashboard(desk, CAMILLE)

    assert [(item.number, item.unread) for item in board.unread] == [(written["number"], 1)]
    assert [item.number for item in board.appointments] == [visited["number"]]
    assert desk.see(CAMILLE, own_data.unread).unread == board.to_read == 1
    assert len(board.latest) == 4
    assert dashboard(desk, ALIX) == Dashboard(latest=(), unread=(), appointments=(), to_read=0)


def test_an_appointment_waits_until_its_day_is_over_and_the_nearest_comes_first(desk: Desk) -> None:
    def numbers() -> list[str]:
        return [item.number for item in dashboard(desk, CAMILLE).appointments]

    soon = hall(desk)["number"]
    later = desk.file("location-salle", CAMILLE, start=FRIDAY)["number"]
    assert numbers() == [soon, later]

    desk.clock.move(days=(VISIT - desk.clock.now()).days, hours=8)
    assert desk.clock.now() > VISIT
    assert numbers() == [soon, later]

    desk.clock.move(days=1)
    assert numbers() == [later]


def test_a_stale_command_is_refused_unless_ones_own_facts_made_it_so(desk: Desk) -> None:
    receipt = desk.file(ROAD)
    desk.heard(receipt["request_id"], e.DocumentAdded(document_id=str(uuid4()), piece="photos", files=1))
    desk.heard(receipt["request_id"], e.DocumentRelabelled(document_id=str(uuid4()), piece="autre"))
    assert desk.do(desk.holder(receipt), following.cancel, receipt["number"], 1).status == "cancelled"
    receipt = desk.take(desk.file(ROAD))
    with pytest.raises(StaleVersion) as stale:
        desk.do(desk.holder(receipt), following.cancel, receipt["number"], 1)
    assert [line["title"] for line in stale.value.details["changes"]] == [
        "Demande prise en charge : statut « En cours d’instruction »"
    ]


def test_the_request_as_it_stood_on_a_day(desk: Desk) -> None:
    receipt = desk.file(ROAD)
    morning = desk.clock.now()
    desk.clock.move(hours=2)
    desk.take(receipt)
    then = desk.view(receipt["number"], desk.holder(receipt), morning + timedelta(minutes=1))
    assert (then["status"]["slug"], any(then["can"].values())) == ("submitted", False)


def test_the_acknowledgement_has_every_mention(desk: Desk) -> None:
    receipt = desk.file("acte-naissance")
    with pytest.raises(refusals.NotAllowed):
        desk.mail_details(receipt, actor=AGENT)
    details = desk.mail_details(receipt)
    assert details.email == "ariel.nouveau@courriel.example"
    assert details.values["implicit_decision_date"] == "lundi 25\u00a0janvier\u00a02027"
    assert details.values["administrative_court"] == "Tribunal administratif de Caen"
    assert details.values["tracking_url"].endswith(receipt["tracking_token"])


def test_several_mails_are_asked_about_at_once_and_a_refused_one_costs_no_other(desk: Desk) -> None:
    first, second = desk.file(ROAD), desk.file("acte-naissance")
    unknown = AboutMail(request_id=uuid4(), event_id=uuid4())
    mails = [AboutMail(request_id=UUID(one["request_id"]), event_id=uuid4()) for one in (first, second)]
    about = ReadMailsDetails(mails=(mails[0], unknown, mails[1]))

    with pytest.raises(refusals.NotAllowed):
        desk.see(AGENT, notices.notices_details, about, Backlog())
    assert desk.see(SYSTEM, notices.notices_details, about, Backlog()).items == (
        desk.mail_details(first),
        None,
        desk.mail_details(second),
    )


def test_a_request_with_a_place_shows_the_day_on_which_it_is_honoured(desk: Desk) -> None:
    receipt = desk.file("enlevement-encombrants")

    assert desk.view(receipt["number"], desk.holder(receipt))["place"]["on"] == "2026-12-03"
    assert desk.view(desk.file(ROAD)["number"], AGENT)["place"] is None
