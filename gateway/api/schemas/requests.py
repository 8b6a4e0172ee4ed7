"""Drafts, requests, tracking, appointments, exchanges and documents."""

from marshmallow import Schema, fields, validate

from gateway.api.answers import answer
from gateway.api.fields import SAYING, TOKEN, WEEK, Flag, JsonObject, Text, Whole, instant, name, slug, uuid
from gateway.api.schemas.common import (
    EMAIL,
    Page,
    Slot,
    StatusShown,
    Told,
    advised,
    aimed_day,
    asked_erasure,
    closing,
    maybe,
    string,
    unchanged_profile,
)
from gateway.api.schemas.counter import described_member
from services.messaging.schemas import exchanges


class OpenDraft(Schema):
    procedure = slug(required=True)
    member = name(metadata={"description": "Le membre de la famille pour qui la demande est faite."})
    described_member = described_member()
    anew = Flag(metadata={"description": "Recommencer : ce qui était saisi est oublié."})


class Step(Told):
    slug = string()
    label = string()
    state = string()


class Held(Slot):
    held_until = string()


class Draft(Told):
    id = string()
    procedure = string()
    version = fields.Integer(required=True)
    steps = fields.List(fields.Nested(Step), required=True)
    applicant = fields.Dict(required=True)
    answers = fields.Dict(required=True)
    member = maybe(fields.String())
    member_removed = fields.Boolean(
        metadata={
            "description": "Le membre choisi a quitté la famille depuis : choisissez de nouveau, étape `procedure`."
        }
    )
    slot = maybe(fields.Nested(Held))
    updated_at = fields.String()
    expires_at = fields.String()
    errors = fields.Dict(
        required=True,
        metadata={"description": "Ce qui est à corriger dans les étapes déjà remplies, par étape puis par champ."},
    )
    unready = fields.Dict(
        metadata={"description": "De même, pour toutes les étapes : tant qu’il en reste, l’envoi est refusé."}
    )
    quota = maybe(fields.Dict())
    stopped = maybe(fields.Dict())
    advice = advised()
    shown_fields = fields.List(fields.String())
    shown_documents = fields.List(fields.String())


class DraftLine(Told):
    """Un brouillon parmi les autres, sans ce qui y est saisi."""

    id = string()
    procedure = string()
    procedure_title = string()
    offered = fields.Boolean(
        required=True,
        metadata={"description": "La démarche est encore proposée ; sinon, le brouillon ne peut que s’abandonner."},
    )
    member_name = string(metadata={"description": "Pour qui la demande est faite ; vide pour soi-même."})
    slot = maybe(fields.Nested(Held))
    steps = fields.List(fields.Nested(Step), required=True)
    updated_at = string()
    expires_at = string()


class DraftLines(Told):
    items = fields.List(fields.Nested(DraftLine), required=True)


class MailDraftLink(Schema):
    email = Text(245, pattern=EMAIL, required=True)


class OpenDraftLink(Schema):
    token = Text(512, pattern=TOKEN, required=True)
    replaces = Flag(
        metadata={
            "description": "Un autre brouillon de la démarche est effacé ; ouvert ici par un lien, il reste où il a été commencé."
        }
    )


class SaveStep(Schema):
    data = JsonObject(required=True)


class HoldSlot(Schema):
    start = instant(required=True)


class HeldSlot(Told):
    slot = fields.Nested(Held, required=True)


class ImplicitDecision(Told):
    effect = string()
    on = fields.String()


FIRST_LINK = (
    "Le jeton du premier lien de suivi ; rien si la demande est dans un espace personnel, ni si ses liens ont été désactivés "
    "ou renouvelés depuis."
)


class Receipt(Told):
    request_id = string()
    number = string()
    tracking_token = maybe(fields.String(metadata={"description": FIRST_LINK}))
    procedure_title = fields.String()
    submitted_at = fields.String()
    due_on = aimed_day()
    implicit_decision = maybe(fields.Nested(ImplicitDecision))
    email_sent_to_hint = maybe(fields.String())
    next_steps = fields.List(fields.String())


class MineQuery(Page):
    archived = Flag()


class RequestLine(Told):
    number = string()
    procedure_title = fields.String()
    submitted_at = fields.String()
    appointment_at = maybe(fields.String(metadata={"description": "Le rendez-vous de la demande, à venir ou passé."}))
    appointment_place = fields.String(metadata={"description": "La salle et le bâtiment ; vide sans rendez-vous."})


class Kept(Told):
    """La durée de conservation : des mois après la clôture, et ce qui suit."""

    months = fields.Integer(required=True)
    until = maybe(fields.String())
    then = string()


class MyRequestLine(RequestLine):
    unread = fields.Integer(metadata={"description": "Les échanges de la mairie qui n’ont pas encore été lus."})
    kept = fields.Nested(Kept)


class RequestLines(Told):
    items = fields.List(fields.Nested(MyRequestLine), required=True)
    total = fields.Integer()


class RequestQuery(Schema):
    as_of = instant(metadata={"description": "La demande telle qu’elle était à cet instant."})


class Cancelled(Told):
    at = string()
    by = string()


class Answer(Told):
    label = string()
    value = fields.Raw(allow_none=True)
    type = fields.String()


class HistoryLine(Told):
    at = string()
    kind = fields.String(required=True, validate=validate.OneOf(("operation", "document", "exchange", "appointment")))
    title = string()
    detail = maybe(fields.String())
    who = maybe(fields.String())
    internal = fields.Boolean(metadata={"description": "Une ligne que seuls les agents lisent."})
    exchange = maybe(fields.String(metadata={"description": "L’échange dont il s’agit ; nul pour toute autre ligne."}))
    document = maybe(fields.String(metadata={"description": "La pièce dont il s’agit ; nul pour toute autre ligne."}))
    piece = maybe(
        fields.String(
            metadata={"description": "Son nom court dans la démarche, « autre » pour une pièce que son auteur nomme."}
        )
    )
    event = maybe(fields.String(metadata={"description": "D’une pièce, l’événement que la ligne raconte."}))


class Appointment(Told):
    id = string()
    starts_at = string()
    ends_at = string()
    place = maybe(fields.Raw())
    status = string()


class ErasedDocument(Told):
    """Une pièce dont les fichiers sont effacés."""

    label = string()
    at = string()
    rule = string(
        metadata={"description": "`decision` : elle ne servait qu’à la décision ; `retention` : à son terme."}
    )


class Request(Told):
    """Une demande et son historique."""

    request_id = string()
    number = string()
    version = fields.Integer(required=True)
    procedure = fields.Dict(required=True)
    status = fields.Nested(StatusShown, required=True)
    submitted_at = string()
    due_on = aimed_day()
    closed_at = closing()
    implicit_decision = maybe(fields.Nested(ImplicitDecision))
    cancelled = maybe(fields.Nested(Cancelled))
    attestation = maybe(
        fields.Dict(metadata={"description": "Quand elle a été demandée, et remise ; nulle sans demande."})
    )
    erasure = asked_erasure()
    appeal = maybe(
        fields.String(metadata={"description": "Comment contester le refus, décidé ou né du silence ; nul sans refus."})
    )
    archived = fields.Boolean(required=True)
    erased = fields.Boolean(
        metadata={"description": "Les informations personnelles sont effacées ; numéro, dates et statuts restent."}
    )
    applicant = fields.Raw()
    applicant_name = maybe(
        fields.String(metadata={"description": "Pour les agents : vide une fois la demande effacée."})
    )
    answers = fields.List(fields.Nested(Answer))
    reception = maybe(
        fields.String(metadata={"description": "Pour les agents : ce qu’il faut préparer pour le rendez-vous."})
    )
    profile_unchanged = unchanged_profile()
    advice = advised()
    history = fields.List(fields.Nested(HistoryLine), required=True)
    appointments = fields.List(fields.Nested(Appointment))
    missing = maybe(fields.Dict())
    erased_documents = fields.List(
        fields.Nested(ErasedDocument),
        metadata={"description": "Les pièces effacées par une règle de conservation, quand et par laquelle."},
    )
    can = fields.Dict(required=True)


class Seen(Schema):
    version = Whole(required=True, metadata={"description": "La version de la demande qui a été lue."})


class SlotsQuery(Schema):
    week = Text(10, pattern=WEEK, metadata={"description": "« 2026-W49 », ou un jour de la semaine voulue."})
    draft_id = uuid()
    number = Text(40, pattern=r"^[A-Za-z0-9-]{4,40}$")


class FreeSlot(Slot):
    free = fields.Integer(required=True)
    mine = fields.Boolean()


class SlotDay(Told):
    date = string()
    closed_reason = maybe(fields.String())
    slots = fields.List(fields.Nested(FreeSlot), required=True)


class Slots(Told):
    agenda = fields.Dict(required=True)
    week = string()
    previous = maybe(fields.String())
    next = maybe(fields.String())
    days = fields.List(fields.Nested(SlotDay), required=True)
    current = maybe(fields.Nested(Slot))


class BookAppointment(Seen):
    start = instant(required=True)


class OpenTracking(Schema):
    token = Text(512, pattern=TOKEN, required=True)


class Opened(Told):
    number = string()
    request_id = fields.String()
    login_required = fields.Boolean(required=True)


class SendLink(Schema):
    number = Text(40, pattern=r"^[A-Za-z0-9-]{4,40}$", required=True)
    email = Text(245, pattern=EMAIL, required=True)


class AddExchange(Schema):
    text = Text(5000, shortest=1, pattern=SAYING, required=True)
    seen = uuid(
        metadata={
            "description": "Le dernier échange que l’auteur avait sous les yeux : ceux qui lui étaient adressés, "
            "jusqu’à celui-là, deviennent lus."
        }
    )


Exchange = answer(exchanges.Exchange, author=maybe(fields.String()), cut="Si l’extrait laisse une suite à lire.")
Exchanges = answer(
    exchanges.Thread,
    "Exchanges",
    unread=fields.Raw(required=True),
    begun="Le message que l’usager a commencé et n’a pas envoyé.",
)
ExchangeAdded = answer(exchanges.ExchangeSent, "ExchangeAdded")


class KeepBegunMessage(Schema):
    text = Text(5000, required=True, metadata={"description": "Vide, pour ne plus rien garder."})
    seen = uuid(metadata={"description": "Le dernier échange que l’auteur avait sous les yeux."})
