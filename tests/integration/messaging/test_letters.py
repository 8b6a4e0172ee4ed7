"""A person without e-mail address is written to on paper: nothing is lost, each letter is delivered once, with its proof."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.chassis.actors import Actor
from services.chassis.calls import Call
from services.chassis.errors import Unavailable
from services.messaging.copies import rows as copied
from services.messaging.exchanges.rules import Side
from services.messaging.letters import printing, use_cases as letters
from services.messaging.notices import rules
from services.messaging.notices.purposes import Purpose
from services.messaging.personal_data import use_cases as personal_data
from services.messaging.schemas.letters import DeliverLetter, Envelope, PrintLetter, ReadLetter
from services.townhall.grants import GrantRefused
from services.townhall.refusals import RequestNotKnownYet
from tests.integration.messaging.conftest import PUBLIC_URL, Messaging
from tests.integration.messaging.test_delivery import DEPARTMENT, enqueue, mailed
from tests.integration.messaging.test_exchanges import add
from tests.servers.mailbox import Mailbox
from tests.support import published

ENVELOPE = ["7 rue du Pont-Neuf", "61990 Saint-Aubin-sur-Orne"]
AGENT = Actor(
    kind="agent",
    id=str(uuid4()),
    name="Agent d’accueil",
    departments=("vie-associative",),
    permissions=("read_requests", "handle_confidential"),
)
BY_AGENT = Call(method="", body={}, actor=AGENT)


def by_post(messaging: Messaging, procedure: str = "location-salle", **details: Any) -> UUID:
    """A request of a person who gave no e-mail address."""
    return messaging.hear_request(procedure, **{"email": None, "address": ENVELOPE, "account_id": None, **details})


def put_on_paper(
    messaging: Messaging, request_id: UUID, purpose: Purpose = Purpose.ACKNOWLEDGEMENT, **about: object
) -> UUID:
    event = enqueue(messaging, request_id, purpose, **about)  # pyright: ignore[reportArgumentType]
    messaging.delivery.run()
    return rules.notice_id(event, purpose)


def receipt(messaging: Messaging) -> tuple[UUID, UUID]:
    """A request of such a person, and the letter that acknowledges it."""
    request_id = by_post(messaging)
    return request_id, put_on_paper(messaging, request_id)


def read(
    messaging: Messaging, request_id: UUID, letter_id: UUID | None, *rights: str, enclosed: tuple[str, ...] = ()
) -> Any:
    grant = messaging.grant(request_id, Side.TOWN, *(rights or ("read", "letters")))
    asked = ReadLetter(grant="g", letter_id=str(letter_id) if letter_id else None, enclosed=enclosed)
    return printing.read(messaging.store, BY_AGENT, asked, grant, messaging.client)


def print_out(
    messaging: Messaging, request_id: UUID, letter_id: UUID, *rights: str, enclosed: tuple[str, ...] = ()
) -> Any:
    grant = messaging.grant(request_id, Side.TOWN, *(rights or ("read", "letters")))
    asked = PrintLetter(grant="g", letter_id=str(letter_id), enclosed=enclosed)
    printing.print_out(messaging.store, BY_AGENT, asked, grant, messaging.client)
    return read(messaging, request_id, letter_id, *rights)


def deliver(messaging: Messaging, request_id: UUID, letter_id: UUID, way: rules.State = rules.State.POSTED) -> Any:
    grant = messaging.grant(request_id, Side.TOWN, "read", "letters")
    return messaging.act(letters.deliver, DeliverLetter(grant="g", letter_id=str(letter_id), way=way), grant)


def listed(messaging: Messaging, *departments: str) -> list[str]:
    actor = Actor(kind="agent", id="a", departments=departments, permissions=("read_requests", "handle_confidential"))
    return [item.id for item in messaging.waiting(actor)]


def words(letter: Any) -> str:
    return "\n".join(f"{part.label} {part.text}" for part in letter.parts).replace("\u00a0", " ")


def status_letter(
    messaging: Messaging,
    status: str,
    procedure: str = "location-salle",
    enclosed: tuple[str, ...] = (),
    *,
    reply: bool = False,
    **details: Any,
) -> str:
    """What a letter says of that status of a request."""
    request_id = by_post(messaging, procedure, **details)
    letter_id = put_on_paper(messaging, request_id, Purpose.STATUS_CHANGED, about=status, reply=reply)
    return words(read(messaging, request_id, letter_id, enclosed=enclosed))


def test_a_mail_to_a_person_without_address_waits_as_a_letter(messaging: Messaging, smtp: Mailbox) -> None:
    request_id, letter_id = receipt(messaging)

    assert messaging.notices(request_id) == [("acknowledgement", "on_paper", None)]
    assert listed(messaging, "vie-associative") == [str(letter_id)]
    assert smtp.to(DEPARTMENT) == [], "nothing has failed"


def test_a_mail_to_a_person_without_any_address_fails(messaging: Messaging, smtp: Mailbox) -> None:
    request_id = messaging.hear_request(email=None)
    enqueue(messaging, request_id, Purpose.ACKNOWLEDGEMENT)
    messaging.delivery.run()

    assert ("acknowledgement", "failed", "no_address") in messaging.notices(request_id)


def test_only_agents_of_the_department_see_a_letter_that_waits(messaging: Messaging) -> None:
    put_on_paper(messaging, by_post(messaging))

    assert listed(messaging, "urbanisme") == []
    for actor in (Actor(kind="visitor", id="v"), Actor(kind="agent", id="e", departments=("vie-associative",))):
        assert messaging.waiting(actor) == ()


def test_a_confidential_letter_waits_for_agents_with_the_right_alone(messaging: Messaging) -> None:
    letter = put_on_paper(messaging, by_post(messaging, "acte-naissance"))
    assert str(letter) in listed(messaging, "population")
    without = Actor(kind="agent", id="a", departments=("population",), permissions=("read_requests",))
    assert not messaging.waiting(without)


def test_the_receipt_on_paper_has_the_mentions_of_the_mail_and_the_tracking_link(messaging: Messaging) -> None:
    request_id, letter_id = receipt(messaging)
    letter = read(messaging, request_id, None)  # the acknowledgement is found without its id
    text = words(letter)

    assert letter.id == str(letter_id)

    assert "réputée refusée" in text
    assert "Vous pourrez alors contester ce refus." in text
    assert "02 61 91 10 50" in text
    assert f"Suivre ma demande {PUBLIC_URL}/suivi/jeton" in text
    assert "courriel," not in text, "the paper does not call itself a mail"
    assert letter.recipient == Envelope(name="Camille Exemple", lines=tuple(ENVELOPE))
    assert letter.department.name == "Service Vie associative et animation"


def test_a_letter_not_made_yet_is_refused_as_not_known_yet(messaging: Messaging) -> None:
    request_id = by_post(messaging)
    enqueue(messaging, request_id, Purpose.ACKNOWLEDGEMENT)

    with pytest.raises(rules.LetterNotKnownYet):
        read(messaging, request_id, None)
    with pytest.raises(rules.LetterNotKnownYet):
        read(messaging, uuid4(), None)


def test_a_letter_is_refused_as_not_known_yet_while_the_town_is_unknown(
    messaging: Messaging, monkeypatch: pytest.MonkeyPatch
) -> None:
    request_id, letter_id = receipt(messaging)
    monkeypatch.setattr(copied, "town", lambda _: None)

    with pytest.raises(RequestNotKnownYet):
        read(messaging, request_id, letter_id)


def test_a_letter_says_what_the_agent_wrote_where_the_mail_does_not(messaging: Messaging) -> None:
    text = "Votre demande est refusée : la salle est prise.\n\nCordialement"
    letter = status_letter(messaging, "rejected", reply=True, reply_text=text)

    assert "la salle est prise" in letter
    assert "il vous attend dans le suivi" not in letter


def test_a_refusal_without_message_says_its_reason_and_the_means_of_appeal(messaging: Messaging) -> None:
    values = {"reason": "La salle est prise.", "appeal": "Recours dans les deux mois."}
    letter = status_letter(messaging, "rejected", values=values)

    assert "La salle est prise." in letter
    assert "Recours dans les deux mois." in letter


def test_a_decision_names_the_documents_that_go_with_it_and_no_other_letter_does(messaging: Messaging) -> None:
    request_id = by_post(messaging)
    decision = put_on_paper(messaging, request_id, Purpose.STATUS_CHANGED, about="rejected")
    step = put_on_paper(messaging, request_id, Purpose.STATUS_CHANGED, about="in_review")

    both = ("Arrêté signé", "Plan des lieux")
    shown = read(messaging, request_id, decision, enclosed=both)
    assert "- Arrêté signé\n- Plan des lieux" in words(shown)
    assert (shown.decision, shown.enclosed) == (True, both)
    printed = print_out(messaging, request_id, decision, enclosed=both[:1])
    assert printed.enclosed == ("Arrêté signé",)
    assert "Plan des lieux" not in words(printed)
    other = read(messaging, request_id, step, enclosed=both)
    assert "Arrêté signé" not in words(other)
    assert (other.decision, other.enclosed) == (False, ())


def test_missing_pieces_are_named_with_their_date(messaging: Messaging) -> None:
    values = {"missing_documents": "- Attestation", "deadline": "lundi 14 décembre 2026"}
    letter = status_letter(messaging, "awaiting_documents", values=values)

    assert "Pièces à fournir avant le lundi 14 décembre 2026" in letter
    assert "- Attestation" in letter


@pytest.mark.parametrize(
    ("procedure", "said", "unsaid"),
    [
        ("location-salle", "Venez mardi à 9 h.", "n’est pas repris"),
        ("acte-naissance", "n’est pas repris dans ce courrier", "mardi"),
    ],
)
def test_a_message_of_the_town_is_printed_unless_the_procedure_is_confidential(
    messaging: Messaging, procedure: str, said: str, unsaid: str
) -> None:
    request_id = by_post(messaging, procedure)
    add(messaging, request_id, Side.TOWN, "Venez mardi à 9 h.")
    messaging.delivery.run()
    [letter_id] = listed(messaging, published.definition(procedure)["department"])
    letter = words(read(messaging, request_id, UUID(letter_id)))

    assert said in letter
    assert unsaid not in letter


def test_a_letter_about_a_step_of_a_confidential_request_says_no_more_than_its_mail(messaging: Messaging) -> None:
    letter = status_letter(
        messaging, "in_review", "tranquillite-vacances", reply=True, reply_text="Du 3 au 12 janvier."
    )

    assert "janvier" not in letter
    assert "En cours d’instruction" not in letter


def test_a_confidential_refusal_on_paper_names_no_procedure_and_its_mail_nothing(
    messaging: Messaging, smtp: Mailbox
) -> None:
    said = {"reason": "L’acte n’est pas tenu ici.", "appeal": "Recours dans les deux mois."}
    letter = status_letter(messaging, "rejected", "acte-naissance", ("Décision signée",), values=said)

    for word in ("au statut « Refusée »", *said.values(), "- Décision signée"):
        assert word in letter
    assert "naissance" not in letter
    by_mail = messaging.hear_request("acte-naissance", values=said)
    mail = mailed(messaging, smtp, by_mail, Purpose.STATUS_CHANGED, about="rejected")
    assert not any(word in mail.text for word in ("Refusée", *said.values()))


@pytest.mark.parametrize("way", [rules.State.HANDED_OVER, rules.State.POSTED])
def test_a_delivered_letter_leaves_the_list_and_keeps_its_proof(messaging: Messaging, way: rules.State) -> None:
    request_id, letter_id = receipt(messaging)
    printed = print_out(messaging, request_id, letter_id)
    deliver(messaging, request_id, letter_id, way)

    assert listed(messaging, "vie-associative") == []
    [line] = messaging.emails(request_id)
    assert (line.state, line.by, line.letter_id) == (way, "Agent d’accueil", str(letter_id))
    kept = read(messaging, request_id, letter_id)
    assert kept.parts == printed.parts
    assert (kept.state, kept.delivered_by) == (way, "Agent d’accueil")
    assert messaging.said(f"notice-{letter_id}") == ["LetterDelivered"]


def test_an_unprinted_letter_is_not_delivered(messaging: Messaging) -> None:
    request_id, letter_id = receipt(messaging)
    shown = read(messaging, request_id, letter_id)

    assert shown.printed_at is None
    with pytest.raises(rules.LetterNotPrinted):
        deliver(messaging, request_id, letter_id)
    assert listed(messaging, "vie-associative") == [str(letter_id)]


def test_a_delivered_letter_is_shown_as_it_was_printed_and_not_printed_anew(messaging: Messaging) -> None:
    request_id, letter_id = receipt(messaging)
    printed = print_out(messaging, request_id, letter_id)
    messaging.rpc.details[str(request_id)]["tracking_token"] = "autre"

    assert read(messaging, request_id, letter_id) == printed
    assert "/suivi/jeton" in words(printed)
    deliver(messaging, request_id, letter_id)
    assert read(messaging, request_id, letter_id).parts == printed.parts
    with pytest.raises(rules.LetterAlreadyDelivered):
        print_out(messaging, request_id, letter_id)
    assert read(messaging, request_id, letter_id).printed_at == printed.printed_at


def test_the_last_printed_letter_is_the_proof(messaging: Messaging) -> None:
    request_id, letter_id = receipt(messaging)
    print_out(messaging, request_id, letter_id)
    messaging.rpc.details[str(request_id)]["tracking_token"] = "autre"
    print_out(messaging, request_id, letter_id)
    deliver(messaging, request_id, letter_id)

    assert "/suivi/autre" in words(read(messaging, request_id, letter_id))


def test_of_two_agents_at_once_one_delivers_and_the_other_is_refused(messaging: Messaging) -> None:
    request_id, letter_id = receipt(messaging)
    print_out(messaging, request_id, letter_id)

    def one(way: rules.State) -> str:
        try:
            return deliver(messaging, request_id, letter_id, way).state
        except rules.LetterAlreadyDelivered as refused:
            return f"already {refused.details['way']}"

    with ThreadPoolExecutor(2) as pool:
        first, second = sorted(pool.map(one, (rules.State.HANDED_OVER, rules.State.POSTED)), reverse=True)
    assert second == f"already {first}"
    assert messaging.said(f"notice-{letter_id}") == ["LetterDelivered"]


def test_the_right_to_a_receipt_opens_no_other_letter(messaging: Messaging) -> None:
    request_id, letter_id = receipt(messaging)
    other = put_on_paper(messaging, request_id, Purpose.REQUEST_CANCELLED)

    assert read(messaging, request_id, letter_id, "receipt")
    assert print_out(messaging, request_id, letter_id, "receipt").printed_at
    for look in (read, print_out):
        with pytest.raises(GrantRefused):
            look(messaging, request_id, other, "receipt")
    with pytest.raises(GrantRefused):
        read(messaging, request_id, letter_id, "read", "exchange")


def test_a_letter_of_another_request_is_not_found(messaging: Messaging) -> None:
    _, letter_id = receipt(messaging)

    with pytest.raises(rules.UnknownLetter):
        read(messaging, by_post(messaging), letter_id)


def test_a_letter_cannot_be_printed_while_its_facts_are_not_known(messaging: Messaging) -> None:
    request_id, letter_id = receipt(messaging)
    messaging.rpc.silent = True

    for look in (read, print_out):
        with pytest.raises(Unavailable):
            look(messaging, request_id, letter_id)
    with pytest.raises(rules.LetterNotPrinted):
        deliver(messaging, request_id, letter_id)


def test_in_an_account_with_an_address_later_mails_are_sent_there(messaging: Messaging, smtp: Mailbox) -> None:
    account_id, address = messaging.account()
    request_id = by_post(messaging, account_id=str(account_id))
    enqueue(messaging, request_id, Purpose.REQUEST_CANCELLED)
    enqueue(messaging, request_id, Purpose.REQUEST_ATTACHED)
    messaging.delivery.run()

    subject = f"Votre demande est annulée : Louer une salle municipale, demande {messaging.number(request_id)}"
    assert [mail.subject for mail in smtp.to(address)] == [subject]
    assert ("request_attached", "on_paper", None) in messaging.notices(request_id), "the warning goes to who asked"


def test_an_erased_request_leaves_no_letter_and_no_proof(messaging: Messaging) -> None:
    request_id = by_post(messaging)
    done, waits = put_on_paper(messaging, request_id), put_on_paper(messaging, request_id, Purpose.REQUEST_CANCELLED)
    print_out(messaging, request_id, done)
    deliver(messaging, request_id, done)
    print_out(messaging, request_id, waits)
    messaging.do(lambda tx: personal_data.erase_request(tx, request_id))

    assert messaging.notices(request_id) == [("acknowledgement", "posted", None)]
    assert messaging.rows("SELECT 1 FROM notices WHERE proof IS NOT NULL") == []
