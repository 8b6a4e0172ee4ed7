"""What the Historique tab says of each event, to whom."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.procedures.schemas.definitions.procedures import Procedure
from services.requests.history import rules as history
from services.requests.request import events as e
from services.requests.schemas.facts import ImplicitDecision
from tests.support.published import procedure

NO_EVENT = UUID(int=0)
NOW = datetime(2026, 11, 18, 8, 12, tzinfo=UTC)
HALL = procedure("location-salle")


@dataclass(frozen=True)
class Kept:
    event: Any
    time: datetime = NOW
    event_id: UUID = NO_EVENT


def shown(*events: Any, side: str = "citizen", of: Procedure = HALL) -> list[tuple[str, str, str]]:
    recorded = [Kept(one, NOW + timedelta(minutes=n), UUID(int=n)) for n, one in enumerate(events)]
    return [(line.kind, line.title, line.who) for line in history.lines(recorded, of, side=side)]


def changed(to: str, **more: Any) -> e.RequestStatusChanged:
    given: dict[str, Any] = {
        "from_status": "in_review",
        "to_status": to,
        "closed": False,
        "by": "agent",
        "missing_documents": [],
        "deadline": None,
        "reply": False,
        "notify": True,
        "due_at": None,
        "implicit_decision": None,
        "reason": None,
        "reply_text": None,
        "agent": "agent.accueil",
    }
    return e.RequestStatusChanged(**{**given, **more})


def moved() -> e.AppointmentRescheduled:
    return e.AppointmentRescheduled(
        appointment_id="2",
        replaces="1",
        agenda="salles",
        starts_at=datetime(2026, 11, 27, 14, tzinfo=UTC),
        ends_at=datetime(2026, 11, 27, 14, 30, tzinfo=UTC),
        previous_starts_at=datetime(2026, 11, 23, 13, tzinfo=UTC),
        by="citizen",
    )


def test_the_most_recent_comes_first_and_each_side_reads_who_acted() -> None:
    exchange = e.ExchangeAdded(exchange_id="1", direction="to_citizen")
    assert shown(moved(), exchange) == [
        ("exchange", "La mairie a écrit", "Service Vie associative et animation"),
        ("appointment", "Rendez-vous modifié\u00a0: le vendredi 27\u00a0novembre\u00a02026 à\u00a015\u00a0h", "Vous"),
    ]
    assert shown(moved(), side="town")[0][2] == "Le demandeur"
    accepted = changed("accepted", agent="Agent d’accueil")
    assert shown(accepted)[0][2] == "Service Vie associative et animation"
    assert shown(accepted, side="town")[0][2] == "Agent d’accueil"


def test_a_prepared_reply_stands_in_the_history_where_no_thread_keeps_it() -> None:
    refused = changed("rejected", reply=True, reply_text="Le numéro n’est pas attribué.")
    kept = {
        slug: history.lines([Kept(refused)], procedure(slug), side="citizen")[0].detail
        for slug in ("changement-telephones", "location-salle")
    }
    assert kept == {"changement-telephones": "Le numéro n’est pas attribué.", "location-salle": ""}


def test_the_person_reads_to_whom_the_request_went_and_why() -> None:
    passed_on = changed(
        "redirected", other_administration="Département de l’Orne.", reason="La voie est départementale."
    )
    (line,) = history.lines([Kept(passed_on)], HALL, side="citizen")
    assert line.detail == "Transmise à\u00a0: Département de l’Orne.\n\nMotif\u00a0: La voie est départementale."


def test_a_piece_is_shown_by_its_name_in_the_procedure_else_by_none() -> None:
    given = {"document_id": "1", "by": "agent", "files": 2}
    titles = [
        title for _, title, _ in shown(*(e.DocumentAdded(piece=piece, **given) for piece in ("autre", "assurance-rc")))
    ]
    assert titles[1] == "Pièce ajoutée"
    assert titles[0].startswith("Pièce ajoutée\u00a0: ")


def test_files_added_in_one_act_are_one_line_and_a_file_taken_out_another() -> None:
    of: dict[str, Any] = {"document_id": "1", "piece": "assurance-rc"}
    acts = [
        e.DocumentAdded(**of, files=1),
        e.DocumentReplaced(**of, files=2),
        e.DocumentReplaced(**of, files=1),
        e.DocumentReplaced(**of, files=2),
    ]
    recorded = [Kept(one, NOW + timedelta(seconds=20 * n), UUID(int=n)) for n, one in enumerate(acts)]
    lines = history.lines(recorded, HALL, side="citizen")
    assert [(line.title.partition("\u00a0")[0], line.detail, line.event) for line in lines] == [
        ("Pièce modifiée", "2 fichiers", str(UUID(int=3))),
        ("Fichier retiré d’une pièce", "Il reste 1 fichier.", str(UUID(int=2))),
        ("Pièce ajoutée", "2 fichiers", str(UUID(int=1))),
    ]


def test_files_added_later_or_by_the_other_side_are_lines_of_their_own() -> None:
    first = e.DocumentAdded(document_id="1", piece="autre", files=1)
    more = e.DocumentReplaced(document_id="1", piece="autre", files=2)
    by_town = e.DocumentReplaced(document_id="1", piece="autre", files=2, by="agent")
    later = [Kept(first), Kept(more, NOW + timedelta(minutes=3))]
    assert len(history.lines(later, HALL, side="citizen")) == 2
    assert len(history.lines([Kept(first), Kept(by_town)], HALL, side="citizen")) == 2


def test_notes_and_assignments_are_the_towns_alone_with_who_made_them() -> None:
    note = e.NoteAdded(text="Vu au guichet.", agent="agent.accueil")
    assigned = e.RequestAssigned(assignee="a", assignee_name="Agent instructeur")
    assert shown(note, assigned) == []
    assert len(shown(note, assigned, side="town")) == 2
    by_name = e.RequestAssigned(assignee="a", assignee_name="Agent instructeur", agent="Cheffe de la voirie")
    assert shown(by_name, side="town") == [("operation", "Demande confiée à Agent instructeur", "Cheffe de la voirie")]
    assert shown(e.NoteAdded(text=None, agent=None), side="town") == [
        ("operation", "Note interne", "Service Vie associative et animation")
    ]


def test_missing_pieces_are_named_with_their_date() -> None:
    asked = changed("awaiting_documents", missing_documents=["assurance-rc"], deadline=date(2026, 12, 5))
    (line,) = history.lines([Kept(asked)], HALL, side="citizen")
    assert line.title == "Statut « En attente de pièces »"
    assert line.detail == (
        "Pièces attendues : Attestation d’assurance de responsabilité civile, avant le samedi 5\u00a0décembre\u00a02026."
    )


def test_a_completed_file_shows_new_dates_none_before_its_appointment() -> None:
    back = changed(
        "in_review",
        from_status="awaiting_documents",
        by="citizen",
        due_at=date(2026, 12, 9),
        implicit_decision=ImplicitDecision(effect="rejection", at=date(2027, 1, 25)),
    )
    (line,) = history.lines([Kept(back)], HALL, side="citizen")
    assert line.title == "Dossier complété : statut « En cours d’instruction »"
    assert line.detail == (
        "Réponse prévue le mercredi 9\u00a0décembre\u00a02026. Sans réponse, cela vaut refus le lundi 25\u00a0janvier\u00a02027."
    )
    early = changed("in_review", from_status="awaiting_documents", by="citizen", due_at=date(2026, 11, 24))
    first = history.lines([Kept(moved()), Kept(early)], HALL, side="citizen")[0]
    assert first.detail == "Réponse prévue le vendredi 27\u00a0novembre\u00a02026."


def test_each_reason_for_an_unchanged_profile_has_its_sentences() -> None:
    assert {*history.NOT_APPLIED} == {*history.NotAppliedReason}
