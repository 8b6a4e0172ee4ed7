"""Drafts, requests, tracking, appointments, exchanges and documents."""

from marshmallow import Schema, fields, validate

from gateway.api.answers import Answer, answer, described, maybe
from gateway.api.bodies import body
from gateway.api.fields import NUMBER, SAYING, WEEK, Flag, Text, instant, name, slug, uuid
from gateway.api.schemas import common
from gateway.api.schemas.common import StatusShown, string
from gateway.api.schemas.counter import DESCRIBED_MEMBER
from gateway.api.schemas.people import email, token
from services.messaging.schemas import begun_messages, exchanges
from services.requests.schemas import appointments, dashboard, drafts, filing, following


class OpenDraft(Schema):
    procedure = slug(required=True)
    member = name(means="Le membre de la famille pour qui la demande est faite.")
    described_member = DESCRIBED_MEMBER
    anew = Flag(means="Recommencer : ce qui était saisi est oublié.")


answer(drafts.DraftStep, "Step")
answer(drafts.DraftSlot, "Held")
answer(drafts.Labelled, "DraftInWords")
Draft = answer(
    drafts.DraftView,
    "Draft",
    without=("grant", "marks"),
    member_removed="Le membre choisi a quitté la famille depuis : choisissez de nouveau, étape `procedure`.",
    errors="Ce qui est à corriger dans les étapes déjà remplies, par étape puis par champ.",
    unready="De même, pour toutes les étapes : tant qu’il en reste, l’envoi est refusé.",
    advice=maybe(fields.Dict(), common.ADVICE),
    quota=maybe(fields.Dict()),
)
DraftLine = answer(
    drafts.DraftLine,
    offered="La démarche est encore proposée ; sinon, le brouillon ne peut que s’abandonner.",
    member_name="Pour qui la demande est faite ; vide pour soi-même.",
)


class OpenDraftLink(Schema):
    token = token()
    replaces = Flag(
        means="Un autre brouillon de la démarche est effacé ; ouvert ici par un lien, il reste où il a été commencé."
    )


SaveStep = body(drafts.SaveStep, "draft_id step strict page seen")
HoldSlot = body(drafts.HoldSlot, "draft_id")
ImplicitDecision = answer(dashboard.Silence, "ImplicitDecision")
Receipt = answer(
    filing.Receipt,
    tracking_token="Le jeton du premier lien de suivi ; rien si la demande est dans un espace personnel, "  # noqa: S106
    "ni si ses liens ont été désactivés ou renouvelés depuis.",
    due_on=common.AIMED_DAY,
)
MineQuery = body(following.ListMine, "", "MineQuery", page=common.page())
Kept = answer(
    dashboard.Kept, months="La durée de conservation : des mois après la clôture.", then="Ce qui suit la conservation."
)
MyRequestLine = answer(
    dashboard.RequestLine,
    "MyRequestLine",
    unread="Les échanges de la mairie qui n’ont pas encore été lus.",
    due_on=common.AIMED_DAY,
    appointment_at=common.APPOINTMENT_AT,
    appointment_place=common.APPOINTMENT_PLACE,
)
Dashboard = answer(
    dashboard.Dashboard,
    latest="Les plus récentes, autant que la commune le dit ; sans les demandes archivées, comme les autres listes.",
    unread="Toutes celles qui ont un échange à lire.",
    appointments="Les rendez-vous à venir, le plus proche d’abord.",
    to_read="Nombre d’échanges à lire.",
)


class RequestQuery(Schema):
    as_of = instant(means="La demande telle qu’elle était à cet instant.")


answer(following.Cancelled, "CancellationDone")


class Cancelled(Answer):
    at = string()
    by = string()


AnsweredQuestion = Answer.from_dict(
    {"label": string(), "value": fields.Raw(allow_none=True), "type": fields.String()}, name="Answer"
)


class HistoryLine(Answer):
    at = string()
    kind = fields.String(required=True, validate=validate.OneOf(("operation", "document", "exchange", "appointment")))
    title = string()
    detail = maybe(fields.String())
    who = maybe(fields.String())
    internal = described(fields.Boolean(), "Une ligne que seuls les agents lisent.")
    exchange = maybe(fields.String(), "L’échange dont il s’agit ; nul pour toute autre ligne.")
    document = maybe(fields.String(), "La pièce dont il s’agit ; nul pour toute autre ligne.")
    piece = maybe(fields.String(), "Son nom court dans la démarche, « autre » pour une pièce que son auteur nomme.")
    event = maybe(fields.String(), "D’une pièce, l’événement que la ligne raconte.")


class Appointment(Answer):
    id = string()
    starts_at = string()
    ends_at = string()
    place = maybe(fields.Raw())
    status = string()


class ErasedDocument(Answer):
    """Une pièce dont les fichiers sont effacés."""

    label = string()
    at = string()
    rule = string("`decision` : elle ne servait qu’à la décision ; `retention` : à son terme.")


class Request(Answer):
    """Une demande et son historique."""

    request_id = string()
    number = string()
    version = fields.Integer(required=True)
    procedure = fields.Dict(required=True)
    status = fields.Nested(StatusShown, required=True)
    submitted_at = string()
    due_on = maybe(fields.String(), common.AIMED_DAY)
    closed_at = maybe(fields.String(), common.CLOSING)
    implicit_decision = maybe(fields.Nested(ImplicitDecision))
    cancelled = maybe(fields.Nested(Cancelled))
    attestation = maybe(fields.Dict(), "Quand elle a été demandée, et remise ; nulle sans demande.")
    erasure = maybe(
        fields.Dict(),
        "Pour les agents : l’effacement demandé, le dernier jour pour y répondre, la réponse donnée et "
        "jusqu’à quand la loi impose de garder la demande ; nul sans demande.",
    )
    appeal = maybe(fields.String(), "Comment contester le refus, décidé ou né du silence ; nul sans refus.")
    archived = fields.Boolean(required=True)
    erased = described(
        fields.Boolean(), "Les informations personnelles sont effacées ; numéro, dates et statuts restent."
    )
    applicant = fields.Raw()
    applicant_name = maybe(fields.String(), "Pour les agents : vide une fois la demande effacée.")
    answers = fields.List(fields.Nested(AnsweredQuestion))
    reception = maybe(fields.String(), "Pour les agents : ce qu’il faut préparer pour le rendez-vous.")
    profile_unchanged = maybe(
        fields.Dict(),
        "Pour les agents : pourquoi la décision (statut `at`) ne changera aucun espace personnel ; nul si elle en change un, "
        "ou si la demande n’y change rien.",
    )
    advice = maybe(fields.Dict(), common.ADVICE)
    history = fields.List(fields.Nested(HistoryLine), required=True)
    appointments = fields.List(fields.Nested(Appointment))
    missing = maybe(fields.Dict())
    erased_documents = described(
        fields.List(fields.Nested(ErasedDocument)),
        "Les pièces effacées par une règle de conservation, quand et par laquelle.",
    )
    can = fields.Dict(required=True)


class Seen(Schema):
    version = common.read_version()


answer(appointments.Span, "Slot")
answer(appointments.Slot, "FreeSlot")
SlotsQuery = body(
    appointments.ListSlots,
    "agenda",
    "SlotsQuery",
    week=Text(10, pattern=WEEK, means="« 2026-W49 », ou un jour de la semaine voulue."),
    number=Text(40, pattern=NUMBER),
)
BookAppointment = body(appointments.AddAppointment, "number", "BookAppointment", version=common.read_version())
SendLink = body(following.SendTrackingLink, number=Text(40, pattern=NUMBER, required=True), email=email())
AddExchange = body(
    exchanges.AddExchange,
    text=Text(5000, shortest=1, pattern=SAYING, required=True),
    seen=uuid(
        means="Le dernier échange que l’auteur avait sous les yeux : ceux qui lui étaient adressés, "
        "jusqu’à celui-là, deviennent lus.",
    ),
)
Exchange = answer(exchanges.Exchange, author=maybe(fields.String()), cut="Si l’extrait laisse une suite à lire.")
Exchanges = answer(
    exchanges.Thread,
    "Exchanges",
    unread=fields.Raw(required=True),
    begun="Le message que l’usager a commencé et n’a pas envoyé.",
)
KeepBegunMessage = body(
    begun_messages.KeepBegunMessage,
    text=Text(5000, required=True, means="Vide, pour ne plus rien garder."),
    seen=uuid(means="Le dernier échange que l’auteur avait sous les yeux."),
)
