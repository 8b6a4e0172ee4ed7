"""The Historique tab: a line for each event, folded from the stream; files added to a piece in one act are one line. Pure.

A line says what happened in French, who did it and when. What is internal (notes, assignments) shows to the town only;
the sealed words of a destroyed key are left out, the line stays.
"""

from collections.abc import Iterable
from datetime import datetime

from services.accounts.schemas.facts import NotAppliedReason, UpdateTarget
from services.chassis.event_store.events import Recorded
from services.messaging.schemas.facts import Direction
from services.procedures.schemas.definitions.procedures import Procedure, SilenceEffect
from services.requests.history import pieces as history_pieces
from services.requests.history.pieces import Sentence, piece_label
from services.requests.request import deadlines, erasure as data_rights, events as e, flow
from services.requests.schemas.statuses import Status
from services.requests.schemas.tracking import HistoryLine
from services.townhall import french_dates
from services.townhall.grants import Side
from services.townhall.names import signed
from services.townhall.sentences import listed

NOT_APPLIED: dict[str, tuple[str, ...]] = {
    NotAppliedReason.MEMBER_REMOVED: (
        "La personne concernée ne figure plus parmi les membres de la famille dans l’espace personnel.",
        "Rien n’a été changé.",
    ),
    NotAppliedReason.MEMBER_NOT_IN_SPACE: (
        "La personne concernée a été décrite au guichet, sans être désignée dans la famille de l’espace personnel.",
        "Rien n’y a été changé. Le titulaire de l’espace peut le faire dans « Mon profil ».",
    ),
    NotAppliedReason.NO_SPACE: (
        "La demande ne se trouve dans aucun espace personnel au moment de la décision.",
        "Rien n’a été changé. Qui a un espace personnel peut y modifier ses coordonnées dans « Mon profil ».",
    ),
    NotAppliedReason.LINK_EXPIRED: (
        "La nouvelle adresse n’a pas été confirmée à temps.",
        "L’adresse de courriel est restée la même. Elle peut être changée dans « Mon profil ».",
    ),
    NotAppliedReason.REPLACED: ("Un autre changement de courriel a été demandé depuis, à la place de celui-ci.",),
    NotAppliedReason.UNDONE: (
        "Il a été annulé par le lien envoyé à une adresse précédente de l’espace personnel.",
        "C’est cette adresse qui compte.",
    ),
}
"""Of each reason for which a change was not applied: the cause, and what became of the profile."""
NOT_APPLIED_TITLES: dict[str, str] = {
    NotAppliedReason.LINK_EXPIRED: "Le changement de courriel n’a pas été fait",
    NotAppliedReason.REPLACED: "Le changement de courriel n’a pas été fait",
    NotAppliedReason.UNDONE: "Le changement de courriel a été annulé",
}
STAYED = ("Les coordonnées sont restées comme avant.",)  # for a reason that a later release adds


Agreed = tuple[str, datetime | None]
"""The appointment that was agreed last: its id, and its instant as long as it stands."""
NONE_AGREED: Agreed = ("", None)


def lines(recorded: Iterable[Recorded[e.RequestEvent]], definition: Procedure, *, side: Side) -> list[HistoryLine]:
    """The history as that side may read it, from the most recent to the oldest; or what is new of it."""
    shown: list[HistoryLine] = []
    agreed, files, last_adds = NONE_AGREED, history_pieces.Files(), False
    for one in recorded:
        agreed = _agreed(agreed, one.event)
        fewer = files.fewer(one.event)
        internal = isinstance(one.event, e.TownOnly)
        if internal and side != Side.TOWN:
            continue
        sentence = _sentence(one.event, definition, fewer=fewer)
        document = getattr(one.event, "document_id", None)
        line = HistoryLine(
            at=_when(one),
            kind=sentence.kind,
            title=sentence.title,
            detail=" ".join(part for part in (sentence.detail, _next_dates(one.event, agreed[1])) if part),
            who=_who(sentence.by, one.event, side, definition),
            exchange=getattr(one.event, "exchange_id", None),
            document=document,
            piece=getattr(one.event, "piece", None),
            event=str(one.event_id) if document else None,
            internal=internal,
        )
        adds = isinstance(one.event, e.DocumentAdded | e.DocumentReplaced) and not fewer
        same = history_pieces.joined(shown[-1] if adds and last_adds else None, line, one.event)
        last_adds = adds
        shown[len(shown) - (same is not None) :] = [same or line]
    # Facts of the past that were recorded late (samples) fall back into their place; the sort keeps equal times in order.
    return sorted(shown, key=lambda line: line.at)[::-1]


def _when(one: Recorded[e.RequestEvent]) -> datetime:
    if isinstance(one.event, e.RequestSubmitted):
        return one.event.submitted_at
    return getattr(one.event, "occurred_at", None) or one.time


def _who(by: str, event: e.RequestEvent, side: Side, definition: Procedure) -> str:
    if by == "citizen":
        return "Vous" if side == Side.CITIZEN else "Le demandeur"
    if by == "system":
        return "Portail"
    department = definition.department_details.name
    return signed(getattr(event, "agent", None), department, outside=side == Side.CITIZEN)


def _submitted(event: e.RequestSubmitted) -> Sentence:
    counter = event.channel == "counter"
    detail = "Saisie au guichet par un agent." if counter else ""
    detail += " Identité vérifiée." if event.identity else ""
    return Sentence(title="Demande enregistrée", detail=detail, by="agent" if counter else "citizen")


def _status_changed(event: e.RequestStatusChanged, definition: Procedure) -> Sentence:
    label = definition.statuses[event.to_status].label
    if flow.begins_review(definition, event.from_status, event.to_status):
        title = f"Demande prise en charge : statut « {label} »"
    elif event.from_status == Status.AWAITING and event.by == "citizen":
        title = f"Dossier complété : statut « {label} »"
    else:
        title = f"Statut « {label} »"
    detail = " ".join(part for part in (_why(event, definition), _awaited(event, definition)) if part)
    return Sentence(title=title, detail=detail, by=event.by)


def said_with(event: e.RequestStatusChanged, definition: Procedure) -> str | None:
    """What the agent wrote to the person with the status: the reason, or the prepared reply where no thread keeps it."""
    return event.reason or (None if definition.exchanges else event.reply_text)


def _why(event: e.RequestStatusChanged, definition: Procedure) -> str:
    if event.other_administration is None:
        return said_with(event, definition) or ""
    return f"Transmise à : {event.other_administration.rstrip('.')}.\n\nMotif : {event.reason}"


def _awaited(event: e.RequestStatusChanged, definition: Procedure) -> str:
    if event.to_status != Status.AWAITING or event.deadline is None:
        return ""
    pieces = listed([piece_label(definition, piece) for piece in event.missing_documents])
    awaited = f"Pièces attendues : {pieces}, " if pieces else "Réponse attendue "
    return f"{awaited}avant le {french_dates.long_day(event.deadline)}."


def _agreed(last: Agreed, event: e.RequestEvent) -> Agreed:
    match event:
        case e.AppointmentBooked() | e.AppointmentRescheduled():
            return event.appointment_id, event.starts_at
        case e.AppointmentCancelled(appointment_id=off) if off == last[0]:
            return off, None
        case _:
            return last


def _next_dates(event: e.RequestEvent, appointment_at: datetime | None) -> str:
    """The dates that run again from the complete file, as they stand after the event."""
    if not isinstance(event, e.RequestStatusChanged) or event.from_status != Status.AWAITING:
        return ""
    aimed_on = deadlines.aimed_at(event.due_at, appointment_at)
    if aimed_on is None:
        return ""
    target = f"Réponse prévue le {french_dates.long_day(aimed_on)}."
    if event.implicit_decision is None:
        return target
    on = french_dates.long_day(event.implicit_decision.at)
    worth = "accord" if event.implicit_decision.effect == SilenceEffect.ACCEPTANCE else "refus"
    return f"{target} Sans réponse, cela vaut {worth} le {on}."


def _sentence(event: e.RequestEvent, definition: Procedure, *, fewer: bool) -> Sentence:  # noqa: C901 one case an event
    match event:
        case e.RequestSubmitted():
            return _submitted(event)
        case e.RequestAttached():
            return Sentence(title="Demande rattachée à un espace personnel", by="citizen")
        case e.RequestDetached():
            detail = "L’espace personnel est fermé. La demande garde son numéro et se suit par son lien."
            return Sentence(title="Demande détachée de l’espace personnel", by="system", detail=detail)
        case e.RequestStatusChanged():
            return _status_changed(event, definition)
        case e.RequestAssigned():
            title = f"Demande confiée à {event.assignee_name or 'un agent'}" if event.assignee else "Demande à affecter"
            return Sentence(title=title, by="agent")
        case e.NoteAdded():
            return Sentence(title="Note interne", detail=event.text or "", by="agent")
        case e.ImplicitDecisionReached():
            accepted = event.effect == SilenceEffect.ACCEPTANCE
            title = f"Sans réponse de la mairie, la demande est réputée {deadlines.deemed(event.effect)}"
            detail = "Vous pouvez demander une attestation de cette décision." if accepted else ""
            return Sentence(title=title, detail=detail, by="system")
        case e.AttestationRequested():
            return Sentence(title="Attestation d’acceptation demandée", by="citizen")
        case e.AttestationGiven():
            title = "Attestation d’acceptation remise"
            return Sentence(title=title, by="agent", detail="Elle est dans les pièces jointes.")
        case e.ProfileUpdateAsked():
            return Sentence(title="Changement à venir annoncé dans l’espace personnel", by="system")
        case e.ProfileUpdateDecided():
            if "email" in event.names and event.target != UpdateTarget.MEMBER:
                title = (
                    "Changement de courriel accepté : il compte dès que le lien envoyé à la nouvelle adresse est suivi"
                )
            else:
                title = f"Changement de coordonnées accepté, à compter du {french_dates.long_day(event.effective_on)}"
            return Sentence(title=title, by="system")
        case e.ProfileUpdated():
            return Sentence(title="Les coordonnées ont été mises à jour", by="system")
        case e.ProfileUpdateNotApplied():
            title = NOT_APPLIED_TITLES.get(event.reason, "Le changement de coordonnées n’a pas été fait")
            return Sentence(title=title, detail=" ".join(NOT_APPLIED.get(event.reason, STAYED)), by="system")
        case e.RequestCancelled():
            return Sentence(title="Demande annulée", detail="Elle est archivée.", by=event.by)
        case e.RequestArchived():
            return Sentence(title="Demande archivée", by="system")
        case e.ErasureRequested():
            detail = "S’il est accepté, il a lieu après la durée pendant laquelle la loi impose de garder la demande."
            return Sentence(title="Effacement des données demandé", by="citizen", detail=detail)
        case e.ErasureAnswered():
            title = "Effacement des données accepté" if event.accepted else "Effacement des données refusé"
            detail = " ".join(part for part in (event.reason, data_rights.outcome(event, definition)) if part)
            return Sentence(title=title, detail=detail, by=event.by)
        case e.RequestErased():
            detail = "La durée de conservation est écoulée. Il ne reste que le numéro, les dates et les statuts."
            return Sentence(title="Informations personnelles effacées", by="system", detail=detail)
        case e.TrackingLinkRenewed():
            detail = "Les liens précédents ne fonctionnent plus."
            return Sentence(title="Lien de suivi renouvelé", by="system", detail=detail)
        case e.TrackingLinkRequested():
            return Sentence(title="Lien de suivi envoyé de nouveau", by="system")
        case e.AppointmentBooked():
            title = f"Rendez-vous pris pour le {french_dates.moment(event.starts_at)}"
            return Sentence(kind="appointment", title=title, by=event.by)
        case e.AppointmentRescheduled():
            title = f"Rendez-vous modifié : le {french_dates.moment(event.starts_at)}"
            detail = f"Celui du {french_dates.moment(event.previous_starts_at)} est annulé."
            return Sentence(kind="appointment", title=title, detail=detail, by=event.by)
        case e.AppointmentCancelled():
            title = f"Rendez-vous du {french_dates.moment(event.starts_at)} annulé"
            return Sentence(kind="appointment", title=title, by=event.by)
        case e.AppointmentReminderDue():
            title = f"Rappel du rendez-vous du {french_dates.moment(event.starts_at)}"
            return Sentence(kind="appointment", title=title, by="system")
        case e.EarlierSlotWanted():
            detail = f"Pas avant le {french_dates.long_day(event.not_before)}." if event.not_before else ""
            title = "Alerte demandée : un créneau plus tôt"
            return Sentence(kind="appointment", title=title, detail=detail, by="citizen")
        case e.EarlierSlotUnwanted():
            return Sentence(kind="appointment", title="Alerte arrêtée : un créneau plus tôt", by="citizen")
        case e.EarlierSlotFreed():
            title = f"Un créneau plus tôt s’est libéré : le {french_dates.moment(event.starts_at)}"
            return Sentence(kind="appointment", title=title, by="system", detail="Un courriel l’annonce.")
        case e.DocumentsReminderDue():
            title = f"Rappel : le dossier est à compléter avant le {french_dates.long_day(event.deadline)}"
            return Sentence(title=title, by="system")
        case e.ExchangeAdded(direction=Direction.TO_TOWN):
            return Sentence(kind="exchange", title="Message envoyé à la mairie", by="citizen")
        case e.ExchangeAdded():
            return Sentence(kind="exchange", title="La mairie a écrit", by="agent")
        case e.ExchangeRead(direction=Direction.TO_TOWN):
            return Sentence(kind="exchange", title="Message lu par la mairie", by="agent")
        case e.ExchangeRead():
            return Sentence(kind="exchange", title="Message de la mairie lu", by="citizen")
        case _:
            return history_pieces.sentence(event, definition, fewer=fewer)
