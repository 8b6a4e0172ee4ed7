"""The agents' work: list, days at the counter, decisions, notes, letters, the journal."""

from dataclasses import fields as fields_of

from marshmallow import Schema, fields

from gateway.api.answers import Answer, answer, many, maybe
from gateway.api.bodies import body
from gateway.api.fields import (
    NUMBER as A_NUMBER,
    SAYING,
    Flag,
    JsonObject,
    SchemaField,
    Text,
    Whole,
    choice,
    day,
    instant,
    name,
    several,
    slug,
    uuid,
)
from gateway.api.schemas import common, held_decisions
from gateway.sessions.searches import NUMBER
from gateway.shared.journal import CURSOR, PAGE
from services.accounts.schemas import people
from services.messaging.schemas import mails
from services.requests.schemas import day_list, decisions, journal, nearby, saved_views, selection, work_list


def narrowing() -> dict[str, SchemaField]:
    view = (
        "Des demandes ouvertes : toutes (open), celles que je suis (mine), celles que personne ne suit "
        "encore (unassigned), qui ont un échange à lire (unread), que la démarche signale d’après une réponse (alert), "
        "dont la personne attend la réponse à un effacement demandé, closes comprises (erasure), "
        "en retard (overdue), en attente de pièces (awaiting) ; ou les closes (closed) ; ou toutes (all)."
    )
    return {
        "view": choice(work_list.VIEWS, means=view),
        "status": name(means="Le `slug` d’un statut."),
        "area": slug(means="Le domaine de la démarche."),
        "procedure": slug(means="La démarche."),
        "department": slug(means="L’un de mes services ; d’un autre, il n’y a rien."),
        "assignee": Text(80, shortest=1, means="L’agent qui la suit, moi (me) ou personne (none)."),
        "overdue": Flag(means="En retard."),
        "missing": choice(
            work_list.MISSING, means="Des pièces sont attendues (any), ou leur date limite est passée (late)."
        ),
        "piece": name(means="Une pièce que les demandes attendent : le `slug` d’une de `awaited`."),
        "agenda": slug(means="L’agenda de la démarche."),
        "site": slug(means="Le lieu des agendas."),
        "received_from": day(means="Reçues ce jour-là ou après."),
        "received_until": day(means="Reçues ce jour-là ou avant."),
        "sort": choice(work_list.SORTS, means="L’ordre de la liste ; précédé de « - », l’inverse."),
    }


def _filters(q: Text) -> dict[str, SchemaField]:
    return {
        **narrowing(),
        "q": q,
        "page": common.page(),
        "cursor": Text(
            1000,
            pattern=CURSOR_OF_A_LIST,
            means="Le `next` ou le `previous` d’une page donnée, dans le même tri ; `end` pour la dernière. Il l’emporte sur `page`.",
        ),
        "rows": Whole(1, work_list.MOST_ROWS, means="Combien de demandes par page ; vingt si rien n’est dit."),
        "choices": Flag(means="Donner aussi les agendas par lesquels borner la liste ; faux : pas même `options`."),
        "awaited": Flag(means="Donner aussi les pièces attendues par lesquelles la liste peut être bornée."),
    }


CURSOR_OF_A_LIST = r"^[A-Za-z0-9._-]{1,1000}$"
NUMBER_ALONE = "Le numéro d’une demande. Un nom n’a pas sa place dans une adresse : voir la recherche."
WORDS = "Un numéro, une partie de numéro (quatre caractères au moins), ou des mots du nom du demandeur."
WorkListQuery = body(work_list.ListWork, "", "WorkListQuery", **_filters(Text(20, pattern=NUMBER, means=NUMBER_ALONE)))
WorkListSearch = body(
    work_list.ListWork, "", "WorkListSearch", **_filters(Text(200, shortest=1, required=True, means=WORDS))
)

WorkLine = answer(
    work_list.WorkLine,
    due_on=common.AIMED_DAY,
    closed_at=common.CLOSING,
    alert="Ce que la démarche signale d’après une réponse, tant que la demande est ouverte.",
    erasure_asked="Un effacement est demandé, sans réponse encore.",
    appointment_at=common.APPOINTMENT_AT,
    appointment_place=common.APPOINTMENT_PLACE,
)
WorkList = answer(
    work_list.WorkList,
    total="Exact, jusqu’à dix mille pour une recherche, des retards, des effacements, ou ce que bornent des jours, un agenda, un lieu ou des pièces.",
    more="Il y en a plus que `total`.",
    first="Le rang de la première ligne, autant qu’il est connu d’une page ouverte par un curseur.",
    next="Le curseur de la page suivante ; nul à la fin.",
    agendas="Ceux par lesquels la liste peut être bornée, si les choix sont demandés.",
    awaited="Les pièces attendues, de même.",
    previous="Celui de la page précédente ; nul au début.",
)
SaveView = body(
    saved_views.SaveView,
    "",
    "SaveView",
    **narrowing(),
    name=Text(saved_views.LONGEST_NAME, shortest=1, pattern=SAYING, required=True),
    view_id=uuid(means="La vue dont celle-ci prend la place ; sinon une nouvelle."),
    columns=several(slug(), 20, load_default=list, means="Les colonnes de la page ; aucune : celles d’usage."),
)
SavedView = answer(
    saved_views.SavedView, count="Combien de demandes elle contient.", more="Il y en a plus que `count`."
)
SavedViews = answer(saved_views.SavedViews)
ReadSelection = body(
    selection.ReadSelection,
    "",
    "ReadSelection",
    numbers=several(Text(40, pattern=A_NUMBER), selection.MOST_CHOSEN, least=1, required=True),
)
SharedReply = answer(
    selection.SharedReply,
    to="Le statut où la demande va.",
    label="Le nom de ce statut.",
    closes="Ce statut clôt la demande.",
    numbers="Les demandes à qui elle convient, telles qu’elles sont.",
)
ChosenLine = answer(
    selection.ChosenLine,
    version="La version de la demande telle qu’elle est montrée, pour agir sur elle.",
    confidential="Vrai si seul un droit particulier ouvre les dossiers de la démarche.",
)
Selection = answer(
    selection.Selection,
    items="Celles que je peux voir, dans l’ordre donné.",
    replies="Les réponses types qui peuvent partir pour plusieurs demandes à la fois.",
)
DayQuery = body(day_list.ListDay, "", "DayQuery", day=day(means="Le jour voulu ; sinon aujourd’hui."))
DayMarkQuery = body(day_list.ReadDayMark, "", "DayMarkQuery", day=day(means="Le jour voulu ; sinon aujourd’hui."))
PRESENCE = "Attendue (expected), arrivée (arrived), appelée (called) ou absente (absent). Un retard ne se note pas : l’heure le dit."
NOTED_AT = "Quand la présence a été notée ; nul tant que rien ne l’est."
ARRIVED_AT = "Depuis quand la personne attend ; nul si elle n’est pas arrivée."
OF_EVERY_LINE = ("starts_at", "ends_at", "department", "department_name", "number")
DayAppointment = answer(
    day_list.DayAppointment,
    absent=tuple(one.name for one in fields_of(day_list.DayAppointment) if one.name not in OF_EVERY_LINE),
    number="Nul si la demande est d’un autre service : l’heure est prise, sans plus.",
    reception="Ce qu’il faut préparer pour accueillir la personne, selon sa réponse ; nul sinon.",
    reason="Ce pour quoi elle vient, selon la réponse que la démarche montre au guichet.",
    reference="Le numéro qu’elle apporte, comme celui d’une pré-demande, si la démarche le demande.",
    reference_label="Comment ce numéro s’appelle ; vide si la démarche n’en demande pas.",
    confidential="Vrai si aucun papier ne doit nommer la démarche ni le motif.",
    phone="Le numéro de téléphone de la demande, si la personne en a donné un.",
    presence=choice(day_list.Presence, required=True, means=PRESENCE),
    arrived_at=ARRIVED_AT,
    noted_at=NOTED_AT,
    late="Vrai si son heure est passée aujourd’hui sans que rien ne soit noté.",
)
WalkIn = answer(
    day_list.WalkIn,
    name="Nul une fois effacé.",
    procedure="La démarche pour laquelle elle vient ; nul si elle n’est pas dite.",
    presence=choice(day_list.Presence, required=True, means=PRESENCE),
    arrived_at=ARRIVED_AT,
    noted_at=NOTED_AT,
)
SlotToGive = answer(day_list.SlotToGive, free="Les places qui restent.")
DayAgenda = answer(
    day_list.DayAgenda,
    walk_ins="Les personnes venues sans rendez-vous.",
    free_slots="Les créneaux à venir qu’un agent peut donner.",
    procedures="Les démarches de mes services dont le rendez-vous se prend dans cet agenda.",
    reference_label="Comment s’appelle `reference` ; vide si aucune démarche n’en demande.",
    waiting="Combien de personnes attendent d’être appelées.",
    may_note="Vrai si je peux y ajouter une personne et appeler la suivante.",
)
DayList = answer(
    day_list.DayList,
    next_taken="Le prochain jour, à partir d’aujourd’hui, où quelqu’un vient ; nul sinon.",
    notable="Vrai si je peux noter des présences de ce jour : le jour même et les sept suivants.",
    mark="Change quand la liste n’est plus la même.",
)
DayMark = answer(day_list.DayMark, mark="Change quand la liste n’est plus la même.")
SEEN = "Ce que la liste disait ; refusé si autre chose a été noté depuis."
NotePresence = body(
    day_list.NotePresence,
    "number",
    starts_at=instant(required=True, means="Le début du rendez-vous."),
    presence=choice(day_list.Presence, required=True, means=PRESENCE),
    seen=choice(day_list.Presence, required=True, means=SEEN),
)
NoteWalkIn = body(
    day_list.NoteWalkIn,
    "walk_in_id",
    presence=choice(
        day_list.Presence, required=True, means="Comme d’un rendez-vous ; `expected` la retire de la liste."
    ),
    seen=choice(day_list.Presence, required=True, means=SEEN),
)
AddWalkIn = body(
    day_list.AddWalkIn,
    "agenda",
    name=Text(day_list.LONGEST_NAME, shortest=1, pattern=SAYING, required=True, means="Comme elle sera appelée."),
    procedure=slug(),
)
Called = answer(
    day_list.Called,
    number="La demande de la personne appelée ; nul si elle est venue sans rendez-vous.",
    starts_at="Le début de son rendez-vous.",
    walk_in_id="La personne venue sans rendez-vous.",
)

ChangeStatus = body(
    decisions.ChangeStatus,
    "number",
    version=common.read_version(),
    to=name(required=True),
    reply=slug(),
    text=Text(10_000),
    reason=Text(
        5000,
        means="Pourquoi, pour la personne. Toujours dû avec une transmission (redirected) ; avec un refus, un "
        "classement ou une annulation, dû sauf si une réponse type le dit.",
    ),
    missing_documents=several(name(), 20),
    together=Flag(
        means="Une réponse type qui part pour plusieurs demandes, chacune par son appel : refusée si elle a des blancs, demande des "
        "pièces, ou clôt sans ce qui est demandé."
    ),
    hold=held_decisions.HOLD,
    other_administration=Text(
        200, means="À qui la demande est transmise : toujours dû avec une transmission (redirected)."
    ),
)
PreviewReply = body(decisions.PreviewReply, "number", reply=slug(required=True))
Preview = answer(decisions.ReplyText, "Preview")
Assign = body(
    decisions.Assign, "number", version=common.read_version(), assignee=Text(80, required=True, allow_none=True)
)
answer(nearby.NearbyRequest, metres="À quelle distance, à vol d’oiseau.")
Nearby = answer(
    nearby.Nearby,
    point="Où se trouve ce que la demande signale ; nul si elle ne le dit pas.",
    more="Il y en a d’autres que celles de la liste.",
    map="Les limites de la commune, et ses repères ; nul sans lieu sur la carte.",
)
Colleague = answer(people.Colleague, id="L’`assignee` d’une demande.", name="Sa fonction.")

Email = answer(
    mails.MailToApplicant,
    "Email",
    label="Ce que la mairie appelle ce courriel, comme « Accusé de réception ».",
    at="Quand il est parti ou a échoué ; sinon, depuis quand il est à envoyer.",
    state=choice(
        mails.State,
        required=True,
        means="D’une personne sans courriel, ou qui préfère le courrier ou le téléphone : à remettre ou à poster (on_paper), "
        "remis, posté ; à appeler (to_call) ou appelée.",
    ),
    letter_id="Le courrier, d’une personne sans courriel.",
    by="Qui l’a remis ou posté.",
)


class Emails(Answer):
    items = many(mails.MailToApplicant)


OF_A_REQUEST = ("tracking", "reply_preview", "letter", "file", "audit_trail")
OF_A_LIST = ("work_list", "search", "nearby", "person", "day_list", "presence", "letters", "elimination", "journal")


WHAT = (
    "La demande, l’aperçu d’une réponse à la personne, un courrier qui porte le lien de suivi, une pièce, le journal de la "
    "demande ; une liste de demandes, une recherche, celles des environs d’une autre, celles d’une même personne, les rendez-vous d’un jour, une présence "
    "notée, les courriers à remettre, une liste d’élimination, le journal d’un agent ou d’un jour."
)
LOOK: dict[str, SchemaField] = {
    "what": choice((*OF_A_REQUEST, *OF_A_LIST), required=True, means=WHAT),
    "query": maybe(JsonObject(means="D’une liste : ce qui a été demandé. Nul une fois effacé, et pour une demande.")),
}
PIECE: dict[str, SchemaField] = {
    "piece": maybe(fields.String(), "Le nom de la pièce ouverte ; nul si elle est effacée.")
}
Look = answer(journal.Look, without=("id",), absent=(), also=PIECE, **LOOK)
StaffLook = answer(
    journal.StaffLook,
    without=("id",),
    absent=(),
    also=PIECE,
    numbers="Les numéros des demandes qui ont été montrées.",
    **LOOK,
)


class JournalQuery(Schema):
    before = Text(40, pattern=CURSOR, means="Le `next` de la page d’avant ; sinon les plus récentes.")


class LooksQuery(JournalQuery):
    agent = fields.UUID(metadata={"description": "L’agent qui a consulté : le `agent_id` d’une consultation."})
    day = day(means="Le jour des consultations. Il faut un agent, un jour ou les deux.")


class StaffJournal(Answer):
    views = several(fields.Nested(StaffLook), PAGE, required=True)
    next = maybe(fields.String(), "D’où lire les plus anciennes ; nul quand il n’y en a plus.")


class Journal(StaffJournal):
    number = common.string()
    views = several(fields.Nested(Look), PAGE, required=True)
