"""What is due leaves, once, with its proof; what cannot leave is tried again and at last reported to the department."""

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from structlog.testing import capture_logs

from services.chassis.bus.deliveries import IN_FLIGHT
from services.chassis.event_store import group_commit
from services.chassis.event_store.store import Transaction
from services.chassis.settings import Settings
from services.messaging.delivery import delivery_loop
from services.messaging.delivery.delivery_loop import BATCHES_COMPARED, send_due
from services.messaging.exchanges.rules import Side
from services.messaging.mails.channels import Channels, Outgoing
from services.messaging.notices import use_cases
from services.messaging.notices.purposes import Purpose
from services.messaging.notices.rules import TRIES, message_id, notice_id, reply_exchange_id
from services.requests.schemas.refusals import RequestErased
from tests.integration.messaging.conftest import PUBLIC_URL, Messaging
from tests.servers.mailbox import Mail, Mailbox
from tests.support.heard import hear

DEPARTMENT = "associations@saint-aubin-sur-orne.example"
ICS = "BEGIN:VCALENDAR\r\nMETHOD:PUBLISH\r\nBEGIN:VEVENT\r\nSEQUENCE:1\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"


def enqueue(
    messaging: Messaging, request_id: UUID, purpose: Purpose, event_id: UUID | None = None, **about: object
) -> UUID:
    event = event_id or uuid4()

    def use_case(tx: Transaction) -> None:
        use_cases.enqueue(tx, event, purpose, request_id=request_id, **about)  # pyright: ignore[reportArgumentType]

    messaging.do(use_case)
    return event


def mailed(
    messaging: Messaging, smtp: Mailbox, request_id: UUID, purpose: Purpose = Purpose.ACKNOWLEDGEMENT, **about: object
) -> Mail:
    """The one mail to the applicant, once it has left."""
    enqueue(messaging, request_id, purpose, **about)  # pyright: ignore[reportArgumentType]
    messaging.delivery.run()
    [mail] = smtp.wait_for(messaging.address(request_id))
    return mail


def proof(
    messaging: Messaging, request_id: UUID, purpose: Purpose = Purpose.ACKNOWLEDGEMENT
) -> tuple[dict[str, Any], bytes]:
    """What is kept of a mail, opened and as it lies in its row."""
    with messaging.store.transaction() as tx:
        query = "SELECT proof FROM notices WHERE request_id = %s AND purpose = %s"
        [row] = tx.conn.execute(query, (request_id, purpose.value)).fetchall()
        return tx.open(str(request_id), row["proof"]), bytes(row["proof"])


def test_the_applicant_receives_the_acknowledgement_and_its_proof_is_sealed(
    messaging: Messaging, smtp: Mailbox
) -> None:
    request_id = messaging.hear_request()
    notice = notice_id(enqueue(messaging, request_id, Purpose.ACKNOWLEDGEMENT), Purpose.ACKNOWLEDGEMENT)
    messaging.delivery.run()
    mail = smtp.wait_for(messaging.address(request_id))[0]
    assert "réputée refusée" in mail.text
    assert "https://demarches.saint-aubin-sur-orne.example/suivi/jeton" in mail.html
    assert mail.message["Message-ID"].strip() == message_id(notice, "mairie@saint-aubin-sur-orne.example")
    assert messaging.notices(request_id) == [("acknowledgement", "sent", None)]
    kept, sealed = proof(messaging, request_id)
    assert kept["recipient"] == messaging.address(request_id)
    assert "Camille Exemple" in kept["text"]
    assert b"Camille" not in sealed
    assert messaging.said(f"notice-{notice}") == ["EmailSent"]


def test_a_mail_enqueued_twice_by_one_event_leaves_once(messaging: Messaging, smtp: Mailbox) -> None:
    request_id = messaging.hear_request()
    event = enqueue(messaging, request_id, Purpose.ACKNOWLEDGEMENT)
    enqueue(messaging, request_id, Purpose.ACKNOWLEDGEMENT, event)
    messaging.delivery.run()
    messaging.delivery.run()
    assert len(smtp.to(messaging.address(request_id))) == 1


def test_the_department_is_mailed_without_a_call(messaging: Messaging, smtp: Mailbox) -> None:
    request_id = messaging.hear_request()
    enqueue(messaging, request_id, Purpose.NEW_REQUEST)
    messaging.rpc.asked.clear()
    messaging.delivery.run()
    mail = smtp.wait_for(DEPARTMENT)[-1]
    assert "/agent/demandes/2026-" in mail.text
    assert messaging.rpc.asked == []


@pytest.mark.parametrize(
    ("fact", "details", "subject", "words", "page"),
    [
        (
            "PasswordResetLinkMade",
            {"token": "jeton", "valid_minutes": 45},
            "Choisissez un nouveau mot de passe",
            ["reste valable 45 minutes", "camille.exemple"],
            "nouveau-mot-de-passe/jeton",
        ),
        (
            "UsernameReminderAsked",
            {},
            "Votre nom d’utilisateur",
            ["Votre nom d’utilisateur est camille.exemple."],
            "connexion",
        ),
        (
            "AgentInvited",
            {"username": "anne.martin", "token": "jeton", "valid_hours": 48},
            "Votre accès à l’espace des agents",
            ["anne.martin", "48 heures"],
            "agent/invitation/jeton",
        ),
        ("RecoveryCodeUsed", {}, "Un code de secours vient de servir", ["Ce code ne sert plus."], "connexion"),
    ],
)
def test_the_holder_or_the_agent_is_mailed_the_link_or_the_user_name(
    messaging: Messaging,
    smtp: Mailbox,
    fact: str,
    details: dict[str, object],
    subject: str,
    words: list[str],
    page: str,
) -> None:
    account_id, address = messaging.account(**details)
    hear(messaging.store, "accounts", fact, account_id)
    messaging.delivery.run()
    [mail] = smtp.to(address)
    assert mail.subject == subject
    text = mail.text.replace("\xa0", " ")
    assert all(word in text for word in words)
    assert any(line.endswith(f" {PUBLIC_URL}/{page}") for line in text.splitlines())
    assert f'href="{PUBLIC_URL}/{page}"' in mail.html


def said_under(messaging: Messaging, call: str) -> list[str]:
    return [
        row["type"]
        for row in messaging.rows("SELECT type FROM events WHERE correlation_id = %s ORDER BY time", (call,))
    ]


def test_a_mail_and_what_is_asked_for_it_bear_the_id_of_the_call_that_caused_it(
    messaging: Messaging, smtp: Mailbox
) -> None:
    request_id, call = messaging.hear_request(reply_text="À mardi."), uuid4().hex
    with messaging.store.transaction(correlation_id=call) as tx:
        use_cases.enqueue(tx, uuid4(), Purpose.STATUS_CHANGED, request_id=request_id, about="in_review", reply=True)
    messaging.rpc.asked.clear()
    messaging.delivery.run()
    assert messaging.rpc.asked == [("requests.notice_details", call)]
    assert said_under(messaging, call) == ["ExchangeAdded", "EmailSent"]
    request_id, call = messaging.hear_request(), uuid4().hex
    with messaging.store.transaction(correlation_id=call) as tx:
        use_cases.enqueue_news(tx, uuid4(), request_id, "vie-associative")
    messaging.delivery.run()
    assert said_under(messaging, call) == ["EmailSent"]


def test_an_undeliverable_mail_is_logged_under_the_id_of_its_call(messaging: Messaging, smtp: Mailbox) -> None:
    request_id, call = messaging.hear_request(email=""), uuid4().hex
    with messaging.store.transaction(correlation_id=call) as tx:
        use_cases.enqueue(tx, uuid4(), Purpose.ACKNOWLEDGEMENT, request_id=request_id)
    messaging.rpc.silent = True
    with capture_logs() as lines:
        messaging.delivery.run()
        messaging.rpc.silent = False
        messaging.clock.ahead = timedelta(seconds=3)
        messaging.delivery.run()
    assert [(line["event"], line["correlation_id"]) for line in lines] == [
        ("mail_waits", call),
        ("mail_given_up", call),
    ]
    messaging.delivery.run()
    assert said_under(messaging, call) == ["EmailFailed", "EmailSent"], "the department is mailed too"


def news(messaging: Messaging, request_id: UUID, department: str = "vie-associative", *, alert: bool = False) -> None:
    messaging.do(lambda tx: use_cases.enqueue_news(tx, uuid4(), request_id, department, alert=alert))


@pytest.mark.parametrize(
    ("event", "subject", "tab"),
    [
        ("AppointmentBooked", "Rendez-vous pris par le demandeur, demande {number}", "rendez-vous"),
        ("AppointmentRescheduled", "Rendez-vous modifié par le demandeur, demande {number}", "rendez-vous"),
        ("AppointmentCancelled", "Rendez-vous annulé par le demandeur, demande {number}", "rendez-vous"),
        ("RequestCancelled", "Demande {number} annulée par le demandeur", "historique"),
    ],
)
def test_the_department_is_mailed_of_acts_of_the_person_and_not_of_its_own(
    messaging: Messaging, smtp: Mailbox, event: str, subject: str, tab: str
) -> None:
    request_id = messaging.hear_request()
    appointment = {"appointment_id": str(uuid4()), "starts_at": "2026-12-05T09:00:00Z"}
    hear(messaging.store, "requests", event, request_id, by="agent", from_status="in_review", **appointment)
    messaging.delivery.run()
    assert smtp.to(DEPARTMENT) == []
    hear(messaging.store, "requests", event, request_id, by="citizen", from_status="in_review", **appointment)
    messaging.delivery.run()
    mail = smtp.to(DEPARTMENT)[0]
    assert mail.subject == subject.format(number=messaging.number(request_id))
    assert f"/agent/demandes/{messaging.number(request_id)}?onglet={tab}" in mail.text
    assert "Camille" not in mail.text
    assert "décembre" not in mail.text


def test_an_erasure_that_is_requested_and_its_answer_are_mailed(messaging: Messaging, smtp: Mailbox) -> None:
    request_id = messaging.hear_request(values={"reason": "Le dossier sert encore."})

    hear(messaging.store, "requests", "ErasureRequested", request_id)
    messaging.delivery.run()
    (mail,) = smtp.to(DEPARTMENT)
    assert mail.subject == f"Effacement demandé par le demandeur, demande {messaging.number(request_id)}"
    assert "Répondez dans le mois" in mail.text
    messaging.clock.ahead = timedelta(days=17, hours=1)
    messaging.delivery.run()
    (_, reminder) = smtp.to(DEPARTMENT)
    assert reminder.subject.endswith(messaging.number(request_id))
    assert "attend une réponse" in reminder.text
    assert "Camille" not in reminder.text

    hear(messaging.store, "requests", "ErasureRequested", request_id)
    hear(messaging.store, "requests", "ErasureAnswered", request_id, accepted=False, kept_until=None, by="agent")
    messaging.delivery.run()
    asked, *_ = mails = smtp.to(messaging.address(request_id))
    (answered,) = (mail for mail in mails if "vous a répondu" in mail.text)
    assert "vous répond dans le mois" in asked.text
    assert "sa réponse vous attend" in answered.text
    assert "sert encore" not in answered.text
    assert len(smtp.to(DEPARTMENT)) == 3
    left = [state for purpose, state, _ in messaging.notices(request_id) if purpose == "erasure_unanswered"]
    assert left == ["sent"], "once answered, nothing more is due"


def test_an_appointment_cancelled_with_its_request_is_no_mail_of_its_own(messaging: Messaging) -> None:
    request_id = messaging.hear_request()
    hear(messaging.store, "requests", "AppointmentCancelled", request_id, by="citizen", with_request=True)
    hear(messaging.store, "requests", "RequestCancelled", request_id, by="citizen", from_status="in_review")
    assert [purpose for purpose, *_ in messaging.notices(request_id)].count("change_to_town") == 1


def test_a_department_is_mailed_of_changes_of_known_requests_and_of_each_erasure(messaging: Messaging) -> None:
    request_id = messaging.hear_request()
    news(messaging, request_id)
    hear(messaging.store, "requests", "AppointmentRescheduled", request_id, by="citizen")
    hear(messaging.store, "requests", "RequestCancelled", request_id, by="citizen", from_status="submitted")
    assert {purpose for purpose, *_ in messaging.notices(request_id)} == {
        "appointment_rescheduled",
        "request_cancelled",
    }
    hear(messaging.store, "requests", "ErasureRequested", request_id)
    assert "change_to_town" in {purpose for purpose, *_ in messaging.notices(request_id)}


def test_a_moved_appointment_is_mailed_with_its_calendar_file(messaging: Messaging, smtp: Mailbox) -> None:
    place, bring = "Salle des mariages, 1 place de la Mairie", "- Une pièce d’identité"
    values = {"appointment_at": "lundi 23 novembre 2026 à 14 h", "appointment_place": place, "appointment_bring": bring}
    mail = mailed(messaging, smtp, messaging.hear_request(ics=ICS, values=values), Purpose.APPOINTMENT_RESCHEDULED)
    assert "lundi 23 novembre 2026 à 14 h" in mail.text
    assert {f"Lieu : {place}.", "À apporter :", bring} <= set(mail.text.splitlines())
    assert mail.attachments["rendez-vous.ics"].decode() == ICS
    parts = [part for part in mail.message.walk() if part.get_content_type() == "text/calendar"]
    assert parts[0].get_param("method") == "PUBLISH"


@pytest.mark.parametrize("calls_off", [True, False])
def test_a_change_that_cancels_the_appointment_is_one_mail_with_the_calendar(
    messaging: Messaging, smtp: Mailbox, calls_off: bool
) -> None:
    request_id = messaging.hear_request(ics=ICS, calls_off=calls_off)
    ended = {"to_status": "rejected", "notify": True, "reply": False}
    hear(messaging.store, "requests", "RequestStatusChanged", request_id, **ended)
    if calls_off:
        hear(messaging.store, "requests", "AppointmentCancelled", request_id, by="agent", with_request=True)
    messaging.delivery.run()
    (mail,) = smtp.wait_for(messaging.address(request_id))
    assert ("Son rendez-vous est annulé" in mail.text) == ("rendez-vous.ics" in mail.attachments) == calls_off


def test_mails_of_a_confidential_procedure_have_no_calendar_file(messaging: Messaging, smtp: Mailbox) -> None:
    request_id = messaging.hear_request("inscription-scolaire", ics=ICS, calls_off=True)
    hear(
        messaging.store, "requests", "RequestStatusChanged", request_id, to_status="rejected", notify=True, reply=False
    )
    messaging.delivery.run()
    (mail,) = smtp.wait_for(messaging.address(request_id))
    assert "Son rendez-vous est annulé." in mail.text
    assert not mail.attachments
    booked = messaging.hear_request("inscription-scolaire", ics=ICS, values={"appointment_at": "lundi"})
    mail = mailed(messaging, smtp, booked, Purpose.APPOINTMENT_BOOKED)
    assert mail.attachments == {}
    assert "lundi" not in mail.text


def test_a_mail_is_from_the_town_hall_by_its_name_or_from_the_sender_of_the_setting(
    messaging: Messaging, smtp: Mailbox, settings: Settings
) -> None:
    sender = mailed(messaging, smtp, messaging.hear_request()).message["From"]

    assert str(sender) == "Mairie de Saint-Aubin-sur-Orne <mairie@saint-aubin-sur-orne.example>"
    request_id = messaging.hear_request()
    enqueue(messaging, request_id, Purpose.ACKNOWLEDGEMENT)
    named = Channels(replace(settings, mail_from="Ville d’Été <portail@ville.example>"))
    send_due(messaging.store, messaging.client, named)
    named.close()
    sender = smtp.wait_for(messaging.address(request_id))[0].message["From"]
    assert str(sender) == "Ville d’Été <portail@ville.example>"


def test_a_reply_joins_the_thread_signed_and_stays_out_of_the_mail(messaging: Messaging, smtp: Mailbox) -> None:
    request_id = messaging.hear_request(reply_text="L’intervention aura lieu mardi.", agent="Agent d’accueil")
    event = enqueue(messaging, request_id, Purpose.STATUS_CHANGED, about="in_review", reply=True)
    messaging.delivery.run()
    mail = smtp.wait_for(messaging.address(request_id))[0]
    assert "mardi" not in mail.text + mail.html
    assert "Le service vous a adressé un message" in mail.text
    items = messaging.thread(request_id, Side.CITIZEN).items
    assert [(item.id, item.direction) for item in items] == [(str(reply_exchange_id(event)), "to_citizen")]
    signed = [messaging.thread(request_id, side).items[0].author for side in (Side.CITIZEN, Side.TOWN)]
    assert signed == ["Service Vie associative", "Agent d’accueil"]
    assert messaging.said(f"request-{request_id}") == ["ExchangeAdded"]


def test_an_owner_that_is_down_delays_the_mail_by_seconds_after_any_number_of_tries(
    messaging: Messaging, smtp: Mailbox
) -> None:
    request_id = messaging.hear_request()
    enqueue(messaging, request_id, Purpose.ACKNOWLEDGEMENT)
    messaging.rpc.silent = True
    for turn in range(1, 2 + len(TRIES.delays)):
        messaging.delivery.run()
        assert messaging.notices(request_id) == [("acknowledgement", "due", "owner_unavailable")]
        messaging.clock.ahead = timedelta(seconds=3 * turn)
    messaging.rpc.silent = False
    messaging.delivery.run()
    assert len(smtp.to(messaging.address(request_id))) == 1


def test_a_mail_server_that_defers_is_asked_again(messaging: Messaging, smtp: Mailbox) -> None:
    request_id = messaging.hear_request()
    enqueue(messaging, request_id, Purpose.ACKNOWLEDGEMENT)
    smtp.refuse_with = "451 4.3.0 later"
    messaging.delivery.run()
    assert messaging.notices(request_id) == [("acknowledgement", "due", "server_deferred")]
    smtp.refuse_with = None
    messaging.clock.ahead = timedelta(seconds=3)
    messaging.delivery.run()
    assert messaging.notices(request_id) == [("acknowledgement", "sent", None)]


def test_after_the_last_try_the_department_is_mailed(messaging: Messaging, smtp: Mailbox) -> None:
    request_id = messaging.hear_request(email="")
    event = enqueue(messaging, request_id, Purpose.ACKNOWLEDGEMENT)
    messaging.delivery.run()
    messaging.delivery.run()
    assert ("acknowledgement", "failed", "no_address") in messaging.notices(request_id)
    reported = [mail for mail in smtp.to(DEPARTMENT) if "n’a pas pu être remis" in mail.subject]
    assert "Accusé de réception" in reported[0].text
    assert messaging.said(f"notice-{notice_id(event, Purpose.ACKNOWLEDGEMENT)}") == ["EmailFailed"]


def test_a_sender_that_died_gives_its_notices_back(messaging: Messaging, smtp: Mailbox) -> None:
    request_id = messaging.hear_request()
    enqueue(messaging, request_id, Purpose.ACKNOWLEDGEMENT)
    claimed = messaging.delivery._claim(8)  # with what other tests have left, if anything
    assert [notice.request_id for notice, _ in claimed].count(request_id) == 1
    messaging.delivery.run()
    assert smtp.to(messaging.address(request_id)) == []
    messaging.clock.ahead = timedelta(seconds=46)
    messaging.delivery.run()
    assert len(smtp.to(messaging.address(request_id))) == 1


def test_the_mails_of_a_request_are_listed_without_those_to_the_department(messaging: Messaging, smtp: Mailbox) -> None:
    request_id = messaging.hear_request()
    enqueue(messaging, request_id, Purpose.ACKNOWLEDGEMENT)
    enqueue(messaging, request_id, Purpose.NEW_REQUEST)
    messaging.delivery.run()
    listed = messaging.emails(request_id)
    assert [(mail.label, mail.state) for mail in listed] == [("Accusé de réception", "sent")]


def test_mails_accepted_at_the_same_time_are_settled_in_one_transaction(
    messaging: Messaging, smtp: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each names the call and the cause of its own."""
    monkeypatch.setattr(group_commit, "LINGER_SECONDS", 600)
    requests = [messaging.hear_request() for _ in range(IN_FLIGHT // 2)]
    causes = {one: enqueue(messaging, one, Purpose.ACKNOWLEDGEMENT) for one in requests}
    recipients, all_accepted = set(map(messaging.address, requests)), threading.Barrier(len(requests))
    send = Channels.send

    def send_with_the_others(channels: Channels, out: Outgoing, *given: Any) -> None:
        send(channels, out, *given)
        if out.recipient in recipients:
            all_accepted.wait(30)

    monkeypatch.setattr(Channels, "send", send_with_the_others)
    messaging.delivery.run()

    of_these = ([str(one) for one in requests],)
    with messaging.store.read() as conn:
        settled = conn.execute(
            "SELECT xmin::text AS id FROM notices WHERE request_id::text = ANY (%s)", of_these
        ).fetchall()
        asked = "SELECT subject, causation_id FROM events WHERE type = 'EmailSent' AND subject = ANY (%s)"
        said = conn.execute(asked, of_these).fetchall()
    assert len({row["id"] for row in settled}) == 1
    assert {UUID(row["subject"]): UUID(row["causation_id"]) for row in said} == causes


def test_requests_is_asked_once_about_mails_that_are_due_at_once(messaging: Messaging, smtp: Mailbox) -> None:
    """One that it refuses is asked about by itself, for its reason."""
    gone, *others = (messaging.hear_request() for _ in range(IN_FLIGHT))
    messaging.rpc.refusals[str(gone)] = RequestErased()
    for request_id in (gone, *others):
        enqueue(messaging, request_id, Purpose.ACKNOWLEDGEMENT)
    messaging.rpc.asked.clear()

    messaging.delivery.run()

    assert [method for method, _ in messaging.rpc.asked] == ["requests.notices_details", "requests.notice_details"]
    assert messaging.notices(gone) == [("acknowledgement", "failed", "erased")]
    assert all(len(smtp.to(messaging.address(one))) == 1 for one in others)


def test_what_requests_said_of_a_mail_that_waited_since_is_asked_anew(
    messaging: Messaging, smtp: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery_loop, "KNOWN_SECONDS", 0.0)
    for request_id in [messaging.hear_request() for _ in range(2)]:
        enqueue(messaging, request_id, Purpose.ACKNOWLEDGEMENT)
    messaging.rpc.asked.clear()

    messaging.delivery.run()

    assert [method for method, _ in messaging.rpc.asked] == [
        "requests.notices_details",
        *["requests.notice_details"] * 2,
    ]


def shown(messaging: Messaging, *purposes: Purpose) -> list[bool]:
    """Of the first of the mails for these purposes that become due now: which of them show requests how late our own work is."""
    messaging.rpc.shown.clear()
    for purpose in purposes:
        enqueue(messaging, messaging.hear_request(), purpose)
    messaging.delivery.run()
    return messaging.rpc.shown[0]


def test_acknowledgements_show_requests_how_late_our_work_is(messaging: Messaging) -> None:
    three = Purpose.ACKNOWLEDGEMENT, Purpose.REQUEST_ATTACHED, Purpose.ACKNOWLEDGEMENT
    assert shown(messaging, *three) == [True, False, True]


def test_among_other_mails_acknowledgements_show_nothing(messaging: Messaging) -> None:
    """Then those are what all wait for."""
    assert not any(shown(messaging, Purpose.ACKNOWLEDGEMENT, *[Purpose.REQUEST_ATTACHED] * 2))


@pytest.mark.parametrize("absent", ["mail server", "requests"])
def test_beside_a_mail_that_waited_for_an_absence_acknowledgements_show_nothing(
    messaging: Messaging, smtp: Mailbox, absent: str
) -> None:
    two = [Purpose.ACKNOWLEDGEMENT] * 2
    smtp.refuse_with = "451 not now" if absent == "mail server" else None
    messaging.rpc.silent = absent == "requests"
    enqueue(messaging, messaging.hear_request(), Purpose.ACKNOWLEDGEMENT)
    messaging.delivery.run()
    smtp.refuse_with, messaging.rpc.silent = None, False

    messaging.clock.ahead = timedelta(minutes=1)
    assert shown(messaging, *two) == [False] * 3
    assert shown(messaging, *two) == [True, True]


@pytest.mark.parametrize(("with_server", "shows"), [(IN_FLIGHT, False), (IN_FLIGHT - 2, False), (IN_FLIGHT // 2, True)])
def test_where_the_mail_server_has_all_that_it_is_given_at_a_time_mails_wait_for_it(
    messaging: Messaging, monkeypatch: pytest.MonkeyPatch, with_server: int, shows: bool
) -> None:
    messaging.pending.with_server.extend([with_server] * BATCHES_COMPARED)
    monkeypatch.setattr(messaging.pending.channels.mailer, "with_server", with_server)
    assert shown(messaging, *[Purpose.ACKNOWLEDGEMENT] * 2) == [shows] * 2


def test_a_mail_is_counted_while_it_is_with_the_mail_server(
    messaging: Messaging, smtp: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailer, seen = messaging.pending.channels.mailer, []
    transfer = mailer._transfer

    def counted(*mail: Any) -> None:
        seen.append(mailer.with_server)
        transfer(*mail)

    monkeypatch.setattr(mailer, "_transfer", counted)
    mailed(messaging, smtp, messaging.hear_request())
    assert (seen, mailer.with_server) == ([1], 0)


def test_two_hundred_mails_leave_over_reused_connections(messaging: Messaging, smtp: Mailbox) -> None:
    requests = [messaging.hear_request() for _ in range(200)]
    for request_id in requests:
        enqueue(messaging, request_id, Purpose.ACKNOWLEDGEMENT)
    messaging.delivery.run()
    assert sorted(mail.recipients[0] for mail in smtp.mails) == sorted(messaging.address(one) for one in requests)
