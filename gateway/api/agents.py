"""The agents' work: list, days at the counter, decisions, notes."""

import uuid
from collections.abc import Mapping

from gateway.api.operations import Operations
from gateway.api.requests import grant_of
from gateway.api.schemas import (
    agents as schemas,
    common,
    held_decisions as held,
    letters as papers,
    pieces,
    queue,
    requests,
    workload,
)
from gateway.conversation import clients
from gateway.http.rate_limits import READ
from gateway.permissions import AUDITOR, FILE_READER, STAFF
from gateway.shared import journal, letters
from services.accounts.schemas.people import ListColleagues
from services.documents.schemas.pieces import MarkDocument
from services.messaging.schemas.letters import DeliverLetter, LetterPrinted
from services.messaging.schemas.mails import ListMails
from services.requests.schemas import decisions
from services.requests.schemas.day_list import (
    AddWalkIn,
    CallNext,
    DayAppointment,
    DayList,
    ListDay,
    NotePresence,
    NoteWalkIn,
    ReadDayMark,
)
from services.requests.schemas.held_decisions import ListHeldDecisions, ReadHeldDecision, UndoDecision
from services.requests.schemas.letters import ReadLetterGrant
from services.requests.schemas.nearby import ListNearby
from services.requests.schemas.person import ListOthersOfPerson
from services.requests.schemas.saved_views import ListSavedViews, RemoveView, SaveView
from services.requests.schemas.selection import ReadSelection
from services.requests.schemas.work_list import ListWork

REQUEST = "/agent/requests/<number:number>"
agents = Operations("agents", "L’instruction des demandes, par les agents des services concernés.")

agents.get("/agent/requests", permission=FILE_READER, query=schemas.WorkListQuery).sends(
    ListWork,
    "Les demandes de mes services, une page à la fois, avec leur total ; les pages se suivent par `next` et `previous`.",
)
agents.post("/agent/requests/search", permission=FILE_READER, limit=READ, body=schemas.WorkListSearch).sends(
    ListWork,
    "Les demandes de mes services, cherchées par un nom ou un numéro ; rien n’en reste dans l’adresse.",
    name="search_work_list",
)
agents.post("/agent/requests/selection", permission=FILE_READER, limit=READ, body=schemas.ReadSelection).sends(
    ReadSelection, "Des demandes choisies, et les réponses types qui peuvent partir pour plusieurs d’entre elles."
)

agents.post("/agent/requests/next", permission=FILE_READER, body=queue.TakeNext).sends(
    decisions.TakeNext,
    "Prend en charge la plus urgente des demandes ouvertes qui attendent la mairie et que personne ne suit, de mes services ou d’une "
    "liste ; jamais la même pour deux agents.",
)

agents.get("/agent/saved-views", permission=FILE_READER).sends(
    ListSavedViews, "Les vues de la liste que j’ai enregistrées, et combien de demandes chacune contient."
)
agents.post("/agent/saved-views", permission=FILE_READER, body=schemas.SaveView, status=201, refuses=(404,)).sends(
    SaveView, "Enregistre une vue de la liste pour moi, ou met à jour l’une des miennes ; douze au plus."
)
agents.delete("/agent/saved-views/<uuid:view_id>", permission=FILE_READER).sends(
    RemoveView, "Supprime l’une de mes vues ; supprimée deux fois, elle l’est."
)


def _day(found: DayList) -> dict[str, object]:
    agendas: list[dict[str, object]] = [
        {**vars(agenda), "appointments": list(map(_appointment, agenda.appointments))} for agenda in found.agendas
    ]
    return {**vars(found), "agendas": agendas}


def _appointment(one: DayAppointment) -> DayAppointment | Mapping[str, object]:
    """Of another department's, only that the time is taken."""
    if one.number:
        return one
    taken = {"starts_at": one.starts_at, "ends_at": one.ends_at, "department": one.department}
    return {**taken, "department_name": one.department_name, "number": None}


agents.get("/agent/appointments", permission=FILE_READER, query=schemas.DayQuery).sends(
    ListDay, "Les rendez-vous d’un jour, par agenda, pour mes services ; aujourd’hui si rien n’est dit.", shown=_day
)
agents.get("/agent/appointments/mark", permission=FILE_READER, query=schemas.DayMarkQuery).sends(
    ReadDayMark, "Une marque de ce jour : elle change quand la liste n’est plus la même, et ne dit rien de personne."
)
agents.post(f"{REQUEST}/presence", permission=FILE_READER, body=schemas.NotePresence).sends(
    NotePresence, "Note, le jour du rendez-vous, que la personne est arrivée, appelée ou absente, ou l’annule."
)
agents.post("/agent/agendas/<slug:agenda>/walk-ins", permission=FILE_READER, body=schemas.AddWalkIn, status=201).sends(
    AddWalkIn, "Ajoute à la liste d’aujourd’hui une personne venue sans rendez-vous : elle attend."
)
agents.post("/agent/walk-ins/<uuid:walk_in_id>/presence", permission=FILE_READER, body=schemas.NoteWalkIn).sends(
    NoteWalkIn, "Note que cette personne est appelée, ou la retire de la liste."
)
agents.post("/agent/agendas/<slug:agenda>/next", permission=FILE_READER).sends(
    CallNext,
    "Appelle la suivante de celles qui attendent, par heure de rendez-vous puis d’arrivée ; jamais la même deux fois.",
)
agents.post(f"{REQUEST}/charge", permission=FILE_READER, body=requests.Seen).sends(
    decisions.TakeInCharge, "Prend la demande en charge."
)
agents.post(f"{REQUEST}/status", permission=FILE_READER, body=schemas.ChangeStatus).sends(
    decisions.ChangeStatus,
    "Fait avancer la demande ; refusé si elle a changé depuis la version lue. Celle que personne ne suit est alors à qui décide.",
)
agents.get("/agent/held-decisions", permission=FILE_READER, query=held.HeldQuery, refuses=(404,)).sends(
    ListHeldDecisions,
    "Mes décisions qui attendent ou n’ont pas pu partir, et celles de mes collègues sur la demande `number`.",
)
agents.get(f"{REQUEST}/held-decisions/<uuid:decision_id>", permission=FILE_READER).sends(
    ReadHeldDecision, "Ce qu’est devenue une décision qui attendait."
)
agents.delete(f"{REQUEST}/held-decisions/<uuid:decision_id>", permission=FILE_READER, status=200, refuses=(409,)).sends(
    UndoDecision, "Annule une décision qui attend, ou reprend celle qui n’a pas pu partir, et rend ce qui était écrit."
)
agents.post(f"{REQUEST}/reply-preview", permission=FILE_READER, body=schemas.PreviewReply, refuses=(409,)).sends(
    decisions.PreviewReply, "Une réponse type telle qu’elle serait envoyée, et ce qui reste à remplir."
)
agents.get("/agent/colleagues", permission=FILE_READER).sends(
    ListColleagues,
    "Les agents d’au moins un de mes services, moi compris : une demande se confie à l’un de ceux de son service.",
)
agents.put(f"{REQUEST}/assignee", permission=FILE_READER, body=schemas.Assign).sends(
    decisions.Assign, "Confie la demande à un agent, ou à personne."
)
agents.post(f"{REQUEST}/notes", permission=FILE_READER, body=workload.AddNote, status=201).sends(
    decisions.AddNote, "Ajoute une note que seuls les agents lisent."
)
agents.put(
    f"{REQUEST}/documents/<uuid:document_id>/conformity",
    permission=FILE_READER,
    body=pieces.MarkDocument,
    refuses=(409,),
).sends(
    MarkDocument,
    "Note qu’une pièce est conforme ou non ; l’avis, que seuls les agents lisent, tombe quand la pièce change.",
    grant=grant_of,
)
agents.get(f"{REQUEST}/emails", permission=FILE_READER, returns=schemas.Emails).sends(
    ListMails,
    "Les courriels envoyés à la personne au sujet de la demande, du plus ancien au plus récent, et leur sort.",
    grant=grant_of,
    shown=lambda found: {"items": found},
)


agents.get(f"{REQUEST}/nearby", permission=FILE_READER).sends(
    ListNearby,
    "Les autres demandes ouvertes de mes services à moins de 200 m du lieu que la demande montre sur la carte, les plus récentes "
    "d’abord ; les démarches confidentielles n’y sont pas. Cette lecture s’inscrit au journal.",
)


agents.get(f"{REQUEST}/person", permission=FILE_READER).sends(
    ListOthersOfPerson,
    "Les autres demandes de la même personne dans mes services, les plus récentes d’abord, avec celles qui semblent faire double "
    "emploi ; les démarches confidentielles n’y sont pas. Cette lecture s’inscrit au journal.",
)


@agents.get("/agent/letters", permission=FILE_READER, query=common.Page, returns=letters.LetterLines)
def letter_list(query: Mapping[str, int]) -> letters.LetterLines:
    """Les courriers à remettre ou à poster et les appels à faire de mes services, une page de vingt, du plus ancien au plus récent."""
    return letters.waiting(query.get("page", 1))


@agents.get(f"{REQUEST}/receipt", permission=STAFF, returns=letters.LetterWithDocuments, refuses=(409,))
def receipt(number: str) -> letters.LetterWithDocuments:
    """L’accusé de réception à imprimer, d’une personne sans courriel ; pour ses services et pour qui a déposé la demande.

    Il porte le lien de suivi : cette lecture s’inscrit au journal.
    """
    return letters.read(number, None)


@agents.get(
    f"{REQUEST}/letters/<uuid:letter_id>", permission=STAFF, returns=letters.LetterWithDocuments, refuses=(409,)
)
def letter(number: str, letter_id: uuid.UUID) -> letters.LetterWithDocuments:
    """Un courrier à imprimer, ou tel qu’il a été imprimé, remis ou posté ; cette lecture s’inscrit au journal."""
    return letters.read(number, str(letter_id))


@agents.post(
    f"{REQUEST}/letters/<uuid:letter_id>/print",
    permission=STAFF,
    body=papers.PrintLetter,
    returns=LetterPrinted,
    command=True,
    refuses=(409,),
)
def print_letter(
    number: str, letter_id: uuid.UUID, body: Mapping[str, list[str]], command_id: uuid.UUID
) -> LetterPrinted:
    """Garde le courrier tel qu’il s’imprime maintenant : c’est la preuve de ce qui sera remis ou posté."""
    return letters.print_out(number, str(letter_id), body["documents"], command_id)


def letter_grant(number: str) -> str:
    return clients().send(ReadLetterGrant(number=number)).grant


agents.post(
    f"{REQUEST}/letters/<uuid:letter_id>/delivery",
    permission=STAFF,
    body=papers.DeliverLetter,
    refuses=(409,),
).sends(
    DeliverLetter,
    "Dit que le courrier imprimé est remis en main propre (`handed_over`) ou posté (`posted`), une seule fois.",
    grant=letter_grant,
)


@agents.get(f"{REQUEST}/views", permission=AUDITOR, query=schemas.JournalQuery, returns=schemas.Journal)
def views(number: str, query: Mapping[str, str]) -> journal.JournalPage:
    """Qui, parmi les agents, a ouvert la demande ou l’une de ses pièces : une page de cinquante, la plus récente d’abord.

    Pour qui a le droit de lire le journal, quel que soit le service ; cette lecture y figure aussi.
    """
    return journal.of_request(number, query.get("before", ""))


@agents.get("/agent/views", permission=AUDITOR, query=schemas.LooksQuery, returns=schemas.StaffJournal)
def staff_views(query: Mapping[str, object]) -> journal.JournalPage:
    """Ce qu’un agent a consulté, ce qui l’a été un jour, ou les deux : une page de cinquante, la plus récente d’abord.

    Pour qui a le droit de lire le journal ; cette lecture y figure aussi.
    """
    asked = {name: str(value) for name, value in query.items()}
    return journal.of_staff(asked.get("agent"), asked.get("day"), asked.get("before", ""))
