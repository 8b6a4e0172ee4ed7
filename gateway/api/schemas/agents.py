"""The agents' work: list, decisions, notes."""

from marshmallow import Schema, fields, validate

from gateway.api.fields import SAYING, Flag, JsonObject, Text, choice, day, name, slug, uuid
from gateway.api.schemas.common import Page, StatusShown, Told, aimed_day, closing, maybe, string
from gateway.api.schemas.requests import RequestLine, Seen
from gateway.sessions.searches import NUMBER
from gateway.shared.journal import PAGE, PLACE

VIEWS = ("open", "mine", "unassigned", "unread", "alert", "erasure", "overdue", "awaiting", "closed", "all")
SORTS = ("due", "submitted", "-submitted")


class WorkListFilter(Page):
    view = choice(
        VIEWS,
        metadata={
            "description": "Des demandes ouvertes : toutes (open), celles que je suis (mine), celles que personne ne suit "
            "encore (unassigned), qui ont un échange à lire (unread), que la démarche signale d’après une réponse (alert), "
            "dont la personne attend la réponse à un effacement demandé, closes comprises (erasure), "
            "en retard (overdue), en attente de pièces (awaiting) ; ou les closes (closed) ; ou toutes (all)."
        },
    )
    status = name()
    area = slug()
    procedure = slug()
    assignee = Text(80, shortest=1)
    overdue = Flag()
    sort = choice(SORTS)


class WorkListQuery(WorkListFilter):
    q = Text(
        20,
        pattern=NUMBER,
        metadata={
            "description": "Le numéro d’une demande. Un nom n’a pas sa place dans une adresse : voir la recherche."
        },
    )


class WorkListSearch(WorkListFilter):
    q = Text(
        200,
        shortest=1,
        required=True,
        metadata={
            "description": "Un numéro, une partie de numéro (quatre caractères au moins), ou des mots du nom du demandeur."
        },
    )


class WorkLine(RequestLine):
    applicant_name = maybe(fields.String())
    status = fields.Raw(required=True)
    due_on = aimed_day()
    closed_at = closing()
    implicit_on = maybe(fields.String())
    alert = maybe(
        fields.String(
            metadata={"description": "Ce que la démarche signale d’après une réponse, tant que la demande est ouverte."}
        )
    )
    erasure_asked = fields.Boolean(metadata={"description": "Un effacement est demandé, sans réponse encore."})
    overdue = fields.Boolean()
    unread = fields.Raw()
    assignee = maybe(fields.Raw())
    area = fields.String()


class WorkList(Told):
    items = fields.List(fields.Nested(WorkLine), required=True)
    total = fields.Integer(required=True)
    page = fields.Integer()
    pages = fields.Integer()
    counts = fields.Dict()


class DayQuery(Schema):
    day = day(metadata={"description": "Le jour voulu ; sinon aujourd’hui."})


class DayAppointment(Told):
    starts_at = string()
    ends_at = string()
    department = string()
    department_name = fields.String()
    number = maybe(
        fields.String(
            metadata={"description": "Nul si la demande est d’un autre service : l’heure est prise, sans plus."}
        )
    )
    procedure_title = fields.String()
    applicant_name = fields.String()
    member_name = fields.String()
    status = fields.Nested(StatusShown)
    reception = maybe(
        fields.String(
            metadata={
                "description": "Ce qu’il faut préparer pour accueillir la personne, selon sa réponse ; nul sinon."
            }
        )
    )


class DayAgenda(Told):
    slug = string()
    title = string()
    department = string()
    place = fields.String()
    closed_reason = maybe(fields.String())
    appointments = fields.List(fields.Nested(DayAppointment), required=True)


class DayList(Told):
    day = string()
    today = string()
    previous = string()
    next = string()
    next_taken = maybe(
        fields.String(
            metadata={"description": "Le prochain jour, à partir d’aujourd’hui, où quelqu’un vient ; nul sinon."}
        )
    )
    agendas = fields.List(fields.Nested(DayAgenda), required=True)
    total = fields.Integer(required=True)


class ChangeStatus(Seen):
    to = name(required=True)
    reply = slug()
    text = Text(10_000)
    values = JsonObject()
    reason = Text(
        5000,
        metadata={
            "description": "Pourquoi, pour la personne. Toujours dû avec une transmission (redirected) ; avec un refus, un "
            "classement ou une annulation, dû sauf si une réponse type le dit."
        },
    )
    missing_documents = fields.List(name(), validate=validate.Length(max=20))
    deadline = day()
    other_administration = Text(
        200,
        metadata={"description": "À qui la demande est transmise : toujours dû avec une transmission (redirected)."},
    )


class PreviewReply(Schema):
    reply = slug(required=True)
    values = JsonObject()


class Preview(Told):
    text = string()
    unfilled = fields.List(fields.String(), required=True)


class Assign(Seen):
    assignee = Text(80, required=True, allow_none=True)


class Colleague(Told):
    id = string(metadata={"description": "L’`assignee` d’une demande."})
    name = string(metadata={"description": "Sa fonction."})
    username = string()
    departments = fields.List(fields.String(), required=True)


class Colleagues(Told):
    agents = fields.List(fields.Nested(Colleague), required=True)


class AddNote(Schema):
    text = Text(5000, shortest=1, pattern=SAYING, required=True)


class Email(Told):
    kind = string()
    label = string(metadata={"description": "Ce que la mairie appelle ce courriel, comme « Accusé de réception »."})
    at = string(metadata={"description": "Quand il est parti ou a échoué ; sinon, depuis quand il est à envoyer."})
    state = string(
        validate=validate.OneOf(["due", "sent", "failed", "on_paper", "handed_over", "posted", "to_call", "called"]),
        metadata={
            "description": "D’une personne sans courriel, ou qui préfère le courrier ou le téléphone : à remettre ou à poster (on_paper), remis, posté ; à appeler (to_call) ou appelée."
        },
    )
    letter_id = maybe(fields.String(metadata={"description": "Le courrier, d’une personne sans courriel."}))
    by = maybe(fields.String(metadata={"description": "Qui l’a remis ou posté."}))


class Emails(Told):
    items = fields.List(fields.Nested(Email), required=True)


class Recipient(Told):
    name = string()
    lines = fields.List(fields.String(), required=True, metadata={"description": "L’adresse postale, ligne par ligne."})
    phone = maybe(
        fields.String(metadata={"description": "Le numéro que la personne préfère, si elle préfère le téléphone."})
    )


class LetterLine(Told):
    id = string()
    kind = string()
    label = string()
    number = string()
    procedure_title = string()
    since = string()
    printed = fields.Boolean(required=True, metadata={"description": "Imprimé : il peut être remis ou posté."})
    recipient = maybe(fields.Nested(Recipient))
    call = fields.Boolean(
        required=True, metadata={"description": "Un appel à faire, au lieu d’un courrier à imprimer."}
    )


class Letters(Told):
    items = fields.List(fields.Nested(LetterLine), required=True)
    total = fields.Integer(required=True)
    per_page = fields.Integer(required=True)


class LetterPart(Told):
    kind = string(validate=validate.OneOf(["heading", "link", "text"]))
    text = string(metadata={"description": "D’un lien : son adresse entière."})
    label = string()


class LetterFile(Told):
    id = string()
    name = string()


class LetterDocument(Told):
    """Une pièce de la mairie, à joindre à une décision."""

    id = string()
    label = string()
    named = fields.Boolean(required=True, metadata={"description": "Nommée dans le courrier."})
    files = fields.List(fields.Nested(LetterFile), required=True)


class Letter(Told):
    id = string()
    number = string()
    kind = string()
    label = string()
    subject = string()
    title = string()
    parts = fields.List(fields.Nested(LetterPart), required=True)
    recipient = fields.Nested(Recipient, required=True)
    department = fields.Dict(required=True)
    since = string()
    printed_at = maybe(
        fields.String(
            metadata={"description": "Absent tant qu’il n’a pas été imprimé : c’est alors ce qui s’imprimerait."}
        )
    )
    decision = fields.Boolean(required=True, metadata={"description": "Une décision, qui part avec ses pièces."})
    enclosed = fields.List(fields.String(), required=True, metadata={"description": "Les pièces qu’il nomme."})
    documents = fields.List(fields.Nested(LetterDocument), required=True)
    state = string(validate=validate.OneOf(["on_paper", "handed_over", "posted"]))
    delivered_at = maybe(fields.String())
    delivered_by = fields.String()


class PrintLetter(Schema):
    documents = fields.List(
        uuid(),
        load_default=list,
        validate=validate.Length(max=100),
        metadata={"description": "D’une décision : les pièces de la mairie qui partent avec elle."},
    )


class Printed(Told):
    letter_id = string()
    printed_at = string()


class DeliverLetter(Schema):
    way = choice(("handed_over", "posted", "called"), required=True)


class Delivered(Told):
    letter_id = string()
    state = string()


class Look(Told):
    at = string()
    agent_id = string()
    agent_name = string()
    what = string(
        validate=validate.OneOf(
            [
                "tracking",
                "reply_preview",
                "letter",
                "file",
                "audit_trail",
                "work_list",
                "search",
                "day_list",
                "letters",
                "elimination",
                "journal",
            ]
        ),
        metadata={
            "description": "La demande, l’aperçu d’une réponse à la personne, un courrier qui porte le lien de suivi, une pièce, le journal de la demande ; une liste "
            "de demandes, une recherche, les rendez-vous d’un jour, les courriers à remettre, une liste d’élimination, le journal d’un agent ou d’un jour."
        },
    )
    query = maybe(
        JsonObject(
            metadata={"description": "D’une liste : ce qui a été demandé. Nul une fois effacé, et pour une demande."}
        )
    )
    piece = maybe(fields.String(metadata={"description": "Le nom de la pièce ouverte ; nul si elle est effacée."}))


class JournalQuery(Schema):
    before = Text(
        40, pattern=PLACE, metadata={"description": "Le `next` de la page d’avant ; sinon les plus récentes."}
    )


class LooksQuery(JournalQuery):
    agent = fields.UUID(metadata={"description": "L’agent qui a consulté : le `agent_id` d’une consultation."})
    day = day(metadata={"description": "Le jour des consultations. Il faut un agent, un jour ou les deux."})


class StaffLook(Look):
    numbers = fields.List(
        fields.String(), required=True, metadata={"description": "Les numéros des demandes qui ont été montrées."}
    )


class StaffJournal(Told):
    views = fields.List(fields.Nested(StaffLook), required=True, validate=validate.Length(max=PAGE))
    next = maybe(fields.String(metadata={"description": "D’où lire les plus anciennes ; nul quand il n’y en a plus."}))


class Journal(Told):
    number = string()
    views = fields.List(fields.Nested(Look), required=True, validate=validate.Length(max=PAGE))
    next = maybe(fields.String(metadata={"description": "D’où lire les plus anciennes ; nul quand il n’y en a plus."}))
