"""Drafts, requests, tracking, appointments, exchanges and documents."""

from dataclasses import fields as fields_of

from marshmallow import Schema, fields

from gateway.api.answers import answer, maybe
from gateway.api.bodies import body
from gateway.api.fields import NUMBER, SAYING, WEEK, Flag, Text, choice, day, instant, name, slug, uuid
from gateway.api.schemas import common
from gateway.api.schemas.counter import DESCRIBED_MEMBER
from gateway.api.schemas.people import email, token
from services.messaging.schemas import exchanges
from services.requests.schemas import appointments, dashboard, drafts, filing, following, receipts, tracking


class OpenDraft(Schema):
    procedure = slug(required=True)
    member = name(means="Le membre de la famille pour qui la demande est faite.")
    described_member = DESCRIBED_MEMBER
    anew = Flag(means="Recommencer : ce qui était saisi est oublié.")


answer(drafts.DraftStep, "Step")
answer(drafts.DraftSlot, "Held")
answer(drafts.AnswerLine, "Answer")
answer(drafts.Labelled, "DraftInWords")
Draft = answer(
    drafts.DraftView,
    "Draft",
    without=("grant", "marks", "given_up"),
    member_removed="Le membre choisi a quitté la famille depuis : choisissez de nouveau, étape `procedure`.",
    errors="Ce qui est à corriger dans les étapes déjà remplies, par étape puis par champ.",
    unready="De même, pour toutes les étapes : tant qu’il en reste, l’envoi est refusé.",
    advice=maybe(fields.Dict(), common.ADVICE),
    quota=maybe(fields.Dict()),
    stopped=maybe(fields.Dict()),
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


HistoryLine = answer(
    tracking.HistoryLine,
    kind=choice(("operation", "document", "exchange", "appointment"), required=True),
    internal="Une ligne que seuls les agents lisent.",
    exchange="L’échange dont il s’agit ; nul pour toute autre ligne.",
    document="La pièce dont il s’agit ; nul pour toute autre ligne.",
    piece="Son nom court dans la démarche, « autre » pour une pièce que son auteur nomme.",
    event="D’une pièce, l’événement que la ligne raconte.",
)
ErasedDocument = answer(
    tracking.ErasedDocument, rule="`decision` : elle ne servait qu’à la décision ; `retention` : à son terme."
)
answer(tracking.Cancellation, "Cancelled")
answer(tracking.FreedSlot, id="Le nom du créneau dans le lien du courriel : une adresse ne dit aucun jour.")
answer(
    tracking.EarlierSlot,
    may_want="Si l’usager peut demander à être prévenu d’un créneau plus tôt.",
    wanted="S’il l’a demandé.",
    not_before="Le premier jour qu’il souhaite ; nul sans préférence.",
    freed="Les créneaux annoncés par courriel, le dernier en dernier ; le calendrier dit s’ils sont encore libres.",
)
answer(tracking.ImplicitDecision, "ImplicitDecisionOfRequest")
FOR_AGENTS = tuple(
    {one.name for one in fields_of(tracking.CaseView)} - {one.name for one in fields_of(tracking.RequestView)}
)
Request = answer(
    tracking.CaseView,
    "Request",
    without=("grant",),
    absent=FOR_AGENTS,
    due_on=common.AIMED_DAY,
    closed_at=common.CLOSING,
    attestation=maybe(fields.Dict(), "Quand elle a été demandée, et remise ; nulle sans demande."),
    erasure=maybe(
        fields.Dict(),
        "Pour les agents : l’effacement demandé, le dernier jour pour y répondre, la réponse donnée et "
        "jusqu’à quand la loi impose de garder la demande ; nul sans demande.",
    ),
    appeal="Comment contester le refus, décidé ou né du silence ; nul sans refus.",
    erased="Les informations personnelles sont effacées ; numéro, dates et statuts restent.",
    applicant_name="Pour les agents : vide une fois la demande effacée.",
    reception="Pour les agents : ce qu’il faut préparer pour le rendez-vous.",
    profile_unchanged=maybe(
        fields.Dict(),
        "Pour les agents : pourquoi la décision (statut `at`) ne changera aucun espace personnel ; nul si elle en change un, "
        "ou si la demande n’y change rien.",
    ),
    advice=maybe(fields.Dict(), common.ADVICE),
    missing=maybe(fields.Dict()),
    erased_documents="Les pièces effacées par une règle de conservation, quand et par laquelle.",
)


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
WantEarlierSlot = body(
    appointments.WantEarlierSlot,
    "number appointment_id",
    wanted=None,
    not_before=day(means="Le premier jour souhaité : aujourd’hui au plus tôt, celui du rendez-vous au plus tard."),
)
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
    exchanges.KeepBegunMessage,
    text=Text(5000, required=True, means="Vide, pour ne plus rien garder."),
    seen=uuid(means="Le dernier échange que l’auteur avait sous les yeux."),
)
PrintedFile = answer(
    receipts.PrintedFile, piece="La pièce dont il est.", sha256="L’empreinte du fichier tel que la mairie le garde."
)
PrintedReceipt = answer(
    receipts.PrintedReceipt,
    holder="Qui a fait la demande.",
    member="Pour qui elle a été faite ; nul pour soi-même.",
    aimed_on="Le jour où la mairie vise une réponse, tel qu’au dépôt.",
    aim_met="Si ce jour est celui du rendez-vous.",
    mentions="Les paragraphes de l’accusé de réception.",
    code="Ce que prend la vérification ; il ne contient rien d’une personne.",
)
