"""Parts that several operations share."""

from typing import Any

from marshmallow import Schema, fields

from gateway.api.answers import Told, maybe
from gateway.api.fields import Text, Whole, choice, day, slug
from services.townhall.person import MEANS

EMAIL = r"^[^@\s\u0000]{1,64}@[^@\s\u0000]{1,180}$"


def string(**kwargs: object) -> fields.String:
    """A text that is always in the answer."""
    return fields.String(required=True, **kwargs)  # pyright: ignore[reportArgumentType]


def advised() -> fields.Field[Any]:
    """What a draft and a request repeat of a question."""
    means = "Ce que la question dit à qui a donné une réponse signalée aux agents : titre et texte ; nul sans elle."
    return maybe(fields.Dict(metadata={"description": means}))


def aimed_day() -> fields.Field[Any]:
    """The day aimed at, in whatever tells of a request."""
    means = (
        "Le jour où la mairie vise à répondre : son délai de traitement, ou le jour du rendez-vous s’il est plus tard. "
        "Rien tant que le dossier attend l’usager."
    )
    return maybe(fields.String(metadata={"description": means}))


def closing() -> fields.Field[Any]:
    """When the request was closed, in whatever tells agents of one."""
    return maybe(fields.String(metadata={"description": "Pour les agents : quand la demande a été close."}))


def asked_erasure() -> fields.Field[Any]:
    """What an agent reads of the erasure that was asked for."""
    means = (
        "Pour les agents : l’effacement demandé, le dernier jour pour y répondre, la réponse donnée et "
        "jusqu’à quand la loi impose de garder la demande ; nul sans demande."
    )
    return maybe(fields.Dict(metadata={"description": means}))


def unchanged_profile() -> fields.Field[Any]:
    """What an agent reads, before the decision, of a change that no space would get."""
    means = (
        "Pour les agents : pourquoi la décision (statut `at`) ne changera aucun espace personnel ; nul si elle en change un, "
        "ou si la demande n’y change rien."
    )
    return maybe(fields.Dict(metadata={"description": means}))


class Page(Schema):
    page = Whole(1, 10_000, metadata={"description": "La page voulue, la première est 1."})


class Address(Schema):
    line1 = Text(120, shortest=1, required=True)
    line2 = Text(120)
    postcode = Text(10, metadata={"description": "Cinq chiffres en France ; facultatif ailleurs."})
    city = Text(80, shortest=1, required=True)
    country = Text(2, pattern=r"^[A-Z]{2}$", metadata={"description": "Le code ISO 3166 du pays ; la France sans lui."})


class Organisation(Schema):
    name = Text(150)
    siret = Text(20)
    rna = Text(20)
    role = Text(100)


APPLICANT_ALWAYS: dict[str, Any] = {
    "description": "Qui demande. Prénoms, nom et courriel toujours ; une entreprise donne son nom et son SIRET, une "
    "association son nom et son numéro RNA. Quand la démarche veut l’identité entière (`applicant.identity` vaut `full`), "
    "le nom est celui de naissance, et une personne donne aussi son adresse et un numéro de téléphone.",
    "required": ["given_names", "email"],
    "anyOf": [{"required": ["birth_name"]}, {"required": ["usage_name"]}],
}
"""What every procedure asks of who files. The service says what is missing, with all that is wrong in the answers, so
the schema below lets it pass; the document tells it."""


class Applicant(Schema):
    """Its form; what is due is the procedure's to say."""

    kind = choice(("person", "company", "association"))
    civility = choice(("madame", "monsieur", "non_precise"))
    given_names = Text(100)
    birth_name = Text(100)
    usage_name = Text(100)
    birth_date = day()
    birth_place = Text(100)
    email = Text(254)
    mobile_phone = Text(25)
    home_phone = Text(25)
    work_phone = Text(25)
    preferred_contact = choice(tuple(MEANS))
    address = fields.Nested(Address)
    organisation = fields.Nested(Organisation)


class Done(Told):
    """Ce que le service répond à une commande."""

    version = fields.Integer(metadata={"description": "La version de la demande après la commande."})


class StatusShown(Told):
    slug = string()
    label = string()
    closed = fields.Boolean(required=True)
    meaning = fields.String()


class Slot(Told):
    start = string()
    end = string()


class TownWords(Told):
    """Le document de la commune : identité, horaires, lieux, services, mentions légales, réglages du portail."""

    town = fields.Dict(required=True)
    opening_hours = fields.Dict()
    departments = fields.List(fields.Dict())
    sites = fields.List(fields.Dict())
    theme = fields.Dict()
    legal = fields.Dict()
    portal_settings = fields.Dict()
    version = fields.Integer(required=True)
    open_now = fields.Dict(metadata={"description": "Ouvert en ce moment ? Jusqu’à quand, et la prochaine ouverture."})


class ServiceArea(Told):
    slug = string()
    title = string()
    icon = fields.String()
    order = fields.Integer()
    description = fields.String()
    department = fields.String(metadata={"description": "Le service qui répond pour ce domaine."})
    procedures = fields.Integer(required=True)


class ServiceAreas(Told):
    areas = fields.List(fields.Nested(ServiceArea), required=True)


def reopening() -> fields.Field[Any]:
    """When a procedure takes requests again, in whatever tells of one."""
    means = "Toutes les places sont prises jusqu’à cet instant ; nul s’il en reste, ou si rien ne les compte."
    return maybe(fields.String(metadata={"description": means}))


class CatalogueItem(Told):
    slug = string()
    title = string()
    summary = fields.String()
    area = string()
    area_title = fields.String()
    access = string()
    featured = fields.Boolean()
    fill_time_minutes = fields.Integer()
    appointment = fields.Boolean()
    reopens_at = reopening()
    version = fields.Integer(required=True)
    rank = fields.Float(metadata={"description": "Ce que la démarche a des mots cherchés, 0 sans eux."})


class CatalogueQuery(Page):
    area = slug()
    q = Text(200, metadata={"description": "Mots cherchés, sans égard aux accents ni à la casse."})
    per_page = Whole(1, 100)


class Catalogue(Told):
    items = fields.List(fields.Nested(CatalogueItem), required=True)
    total = fields.Integer(required=True)
    suggestion = maybe(fields.String())
    partial = fields.Boolean(
        metadata={"description": "Aucune démarche n’a tous les mots : celles-ci en ont une partie."}
    )


class ProcedureQuery(Schema):
    version = Whole(1, metadata={"description": "Une version précise ; sinon celle en cours."})


class Procedure(Told):
    slug = string()
    version = fields.Integer(required=True)
    current_version = fields.Integer()
    withdrawn = fields.Boolean()
    reopens_at = reopening()
    definition = fields.Dict(required=True)
