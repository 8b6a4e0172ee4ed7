"""Filing: request, place and slot stand or fall together; a refusal leaves nothing behind."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from psycopg.errors import UniqueViolation

from services.chassis.actors import Actor
from services.chassis.calls import Call
from services.chassis.contracts import to_json
from services.chassis.errors import Refusal
from services.chassis.event_store.transaction import Transaction
from services.requests import refusals
from services.requests.definitions import rows as hearing
from services.requests.filing import use_cases as submission
from services.requests.filing.views import receipt, stored
from services.requests.following import use_cases as following
from services.requests.request import numbers
from services.requests.schemas import refusals as declared
from tests.integration.requests.conftest import AGENT, CAMILLE, NOW, VISITOR, Desk, visitor
from tests.integration.requests.test_drafts import MORNING, ROAD, opened, save
from tests.servers.round_trips import RoundTrips
from tests.support import published
from tests.support.at_once import at_once
from tests.support.filled import valid_applicant
from tests.support.readable import in_clear

BULKY = "enlevement-encombrants"
VISIT = datetime(2026, 11, 30, 13, tzinfo=UTC)


def slot_of(slug: str) -> datetime | None:
    return {
        "rdv-cni-passeport": datetime(2026, 11, 30, 8, tzinfo=UTC),
        "rdv-conseil-urbanisme": datetime(2026, 12, 1, 8, tzinfo=UTC),
        "location-salle": VISIT,
    }.get(slug)


@pytest.mark.parametrize("slug", published.slugs())
def test_every_procedure_can_be_filed(desk: Desk, slug: str) -> None:
    receipt = desk.file(slug, CAMILLE, start=slot_of(slug))
    view = desk.view(receipt["number"], CAMILLE)
    assert view["status"]["slug"] == published.definition(slug)["flow"]["initial"]
    assert view["answers"]


def test_a_visitor_reads_a_receipt_that_says_what_happens_next(desk: Desk) -> None:
    receipt = desk.file(ROAD)
    assert receipt["procedure_title"] == "Signaler un problème sur la voie publique"
    assert receipt["email_sent_to_hint"] == "a…u@courriel.example"
    assert receipt["next_steps"][0].startswith("Un accusé de réception part à a…u@courriel.example")
    assert desk.events(f"request-{receipt['request_id']}") == ["RequestSubmitted"]


def test_the_same_submission_twice_is_one_request_answered_to_its_filer_alone(desk: Desk) -> None:
    first = desk.file(ROAD, request_id=(same := str(uuid4())))
    assert desk.file(ROAD, request_id=same) == first
    with pytest.raises(declared.DraftNotFound):
        desk.file(ROAD, CAMILLE, request_id=same)


def test_wrong_hidden_and_unknown_answers_are_all_named_and_nothing_is_kept(desk: Desk) -> None:
    with pytest.raises(refusals.FormIncomplete) as refused:
        desk.file(
            ROAD, applicant={"email": "pas une adresse"}, answers={"inconnu": 1}, request_id=(new := str(uuid4()))
        )
    assert {"applicant.email", "applicant.given_names", "answers.inconnu"} <= set(refused.value.fields)
    assert desk.events(f"request-{new}") == []
    given = desk.filing(ROAD)
    hidden = {**given.answers, "type_probleme": "mobilier", "numero_candelabre": "PN-42", "couleur": "bleu"}
    with pytest.raises(refusals.FormIncomplete) as refused:
        desk.file(ROAD, answers=hidden, strict=True)
    assert set(refused.value.fields) == {"answers.numero_candelabre", "answers.couleur"}
    receipt = desk.file(ROAD, answers={name: value for name, value in hidden.items() if name != "couleur"})
    assert receipt["number"]


@pytest.mark.parametrize(
    ("slug", "changes", "refusal"),
    [
        ("location-salle", {}, declared.AccountRequired),
        (ROAD, {"version": 7}, refusals.FormChanged),
        ("demarche-inconnue", {}, declared.NotReceivedYet),
        ("rdv-cni-passeport", {"start": None}, refusals.FormIncomplete),
        ("rdv-cni-passeport", {"start": datetime(2026, 11, 29, 9, tzinfo=UTC)}, declared.SlotNotOffered),
        (ROAD, {"start": VISIT}, refusals.FormIncomplete),
    ],
)
def test_a_wrong_filing_is_refused_with_its_reason(
    desk: Desk, slug: str, changes: dict[str, Any], refusal: type[Refusal]
) -> None:
    filing = desk.filing(ROAD if slug == "demarche-inconnue" else slug, **changes, procedure=slug)
    with pytest.raises(refusal):
        desk.do(VISITOR, submission.submit, filing)


def test_a_withdrawn_procedure_is_refused(desk: Desk) -> None:
    retired = published.definition("acte-deces") | {"slug": "retiree"}
    with desk.tx() as tx:
        hearing.keep_procedure(tx, "retiree", 1, retired)
        hearing.withdraw_procedure(tx, "retiree", 1)
    with pytest.raises(declared.ProcedureWithdrawn):
        desk.do(VISITOR, submission.submit, desk.filing("acte-deces", procedure="retiree"))


def applicant(email: str) -> dict[str, Any]:
    return valid_applicant(published.definition(BULKY), email)


def everyone_files(desk: Desk, count: int) -> list[str]:
    """The numbers of the requests of many people at once, each with a browser of their own."""

    def file(n: int) -> str:
        return desk.file(BULKY, visitor(n), applicant=applicant(f"p{n}@courriel.example"))["number"]

    return at_once(file, range(count), refusals.QuotaFull)


def test_a_quota_is_exact_when_everyone_comes_at_once(desk: Desk) -> None:
    assert len(set(everyone_files(desk, 32))) == 24


def test_a_withdrawn_request_gives_its_place_back(desk: Desk) -> None:
    everyone_files(desk, 24)
    late = {"applicant": applicant("late@courriel.example")}
    with pytest.raises(refusals.QuotaFull) as refused:
        desk.file(BULKY, **late)
    assert refused.value.message == published.definition(BULKY)["quota"]["message"]
    assert refused.value.details == {"reopens_at": "2026-11-29T23:00:00+00:00"}
    [first] = desk.rows("SELECT request_id::text AS id FROM requests LIMIT 1")
    answer = to_json(receipt(desk.settings, desk.run(stored, first["id"])))
    desk.do(desk.holder(answer), following.cancel, answer["number"], 1)
    assert desk.file(BULKY, **late)["number"]


def test_one_address_does_not_take_a_week_of_places(desk: Desk) -> None:
    for n in range(3):
        desk.file(BULKY, visitor(n), applicant=applicant("Meme@courriel.example"))
    with pytest.raises(refusals.TooManyForOne):
        desk.file(BULKY, applicant=applicant("meme@courriel.example"))


@pytest.mark.usefixtures("limits")
def test_one_connection_does_not_take_a_day_of_appointments(desk: Desk) -> None:
    def file(n: int, address: str) -> dict[str, Any]:
        given = {"applicant": applicant(f"invente{n}@courriel.example"), "address_seen": address, "start": MORNING[n]}
        return desk.file("rdv-conseil-urbanisme", visitor(n), **given)

    for n in range(2):
        assert file(n, "192.0.2.1")
    with pytest.raises(refusals.TooManyThatDay):
        file(2, "192.0.2.1")
    assert file(2, "192.0.2.2")


@pytest.mark.usefixtures("limits")
def test_an_agent_files_for_many(desk: Desk) -> None:
    for n in range(9):
        who = applicant(f"guichet{n}@courriel.example")
        receipt = desk.file(BULKY, AGENT, applicant=who, channel="counter", address_seen="192.0.2.1")
    assert desk.view(receipt["number"], AGENT)["history"][0]["detail"] == "Saisie au guichet par un agent."


def test_the_last_slot_goes_to_one_of_many(desk: Desk) -> None:
    people = [Actor(kind="citizen", id=str(uuid4())) for _ in range(12)]
    assert len(at_once(lambda one: desk.file("location-salle", one, start=VISIT), people, declared.SlotGone)) == 1


def test_a_taken_slot_refuses_the_whole_request_and_pieces_of_another_draft_too(desk: Desk) -> None:
    of_another = desk.manifest(str(uuid4()), "location-salle")
    with pytest.raises(refusals.ManifestOfAnother):
        desk.file("location-salle", CAMILLE, manifest=of_another, start=VISIT)
    desk.file("location-salle", CAMILLE, start=VISIT)
    with pytest.raises(declared.SlotGone):
        desk.file("location-salle", CAMILLE, start=VISIT, request_id=(second := str(uuid4())))
    assert desk.events(f"request-{second}") == []


def test_nothing_typed_is_readable_in_the_database(desk: Desk) -> None:
    receipt = desk.file(ROAD, applicant=applicant("marqueur@courriel.example") | {"usage_name": "Zzmarqueur"})
    save(desk, opened(desk)["id"], "applicant", {"usage_name": "Zzmarqueur"})
    with desk.tx() as tx:
        assert in_clear(tx.conn, "marqueur") == []
        assert in_clear(tx.conn, ROAD), "what is not sealed is read"
    assert receipt["submitted_at"] == NOW.isoformat()


def test_a_destroyed_key_leaves_the_history_without_names(desk: Desk) -> None:
    receipt = desk.file(ROAD)
    desk.run(Transaction.destroy_key, receipt["request_id"])
    view = desk.view(receipt["number"])
    assert view["erased"]
    assert view["applicant"] == []
    assert [line["title"] for line in view["history"]] == ["Demande enregistrée"]


@pytest.mark.parametrize("slug", [BULKY, ROAD])
def test_a_request_is_filed_in_six_round_trips(desk: Desk, slug: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its place, where the places are counted, and its receipt; a command that was done is answered in two."""
    desk.file(slug)  # the definition is known, and the statements are prepared
    call = Call(method="submit", actor=VISITOR, body={}, command_id=str(uuid4()))
    filing, noted = desk.filing(slug), list[Any]()

    def submit(tx: Transaction) -> dict[str, Any]:
        return to_json(submission.submit(tx, desk.settings, filing, noted.append))

    trips = RoundTrips(monkeypatch)
    desk.store.run(call, submit)
    assert trips.count <= 6
    assert receipt(desk.settings, *noted).number
    filed = trips.count
    desk.store.run(call, submit)
    assert trips.count == filed + 2


def test_a_number_that_is_taken_is_drawn_again(desk: Desk) -> None:
    receipt = desk.file(ROAD)
    filing = desk.filing(ROAD)
    with desk.tx() as tx:
        tx.conn.execute(
            "UPDATE requests SET number = %s WHERE number = %s", (number_of(desk, filing, 0), receipt["number"])
        )
    call = Call(method="submit", actor=VISITOR, body={}, command_id="taken")

    def submit(tx: Transaction) -> dict[str, Any]:
        return to_json(submission.submit(tx, desk.settings, filing))

    with pytest.raises(UniqueViolation):
        desk.store.run(call, submit)
    assert desk.store.run(call, submit, drawn="requests_number")["number"] == number_of(desk, filing, 1)


def number_of(desk: Desk, filing: Any, attempt: int) -> str:
    return numbers.number(desk.settings.signing_key, filing.request_id, 2026, attempt)
