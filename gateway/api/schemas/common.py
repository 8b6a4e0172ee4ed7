"""Parts that several operations share."""

from marshmallow import Schema, fields

from gateway.api.answers import Answer, answer, many, maybe
from gateway.api.bodies import body
from gateway.api.fields import SchemaField, Text, Whole, choice, day, described, several, slug
from gateway.shared.asked_details import AskedDetail
from services.procedures.schemas import catalogue
from services.procedures.schemas.definitions.forms import FieldType
from services.requests.schemas import shapes
from services.townhall.person import CIVILITIES, KINDS, MEANS, MEANS_OF_REQUEST

EMAIL = r"^[^@\s\u0000]{1,64}@[^@\s\u0000]{1,180}$"
ADVICE = "Ce que la question dit à qui a donné une réponse signalée aux agents : titre et texte ; nul sans elle."
AIMED_DAY = (
    "Le jour où la mairie vise à répondre : son délai de traitement, ou le jour du rendez-vous s’il est plus tard. "
    "Rien tant que le dossier attend l’usager."
)
CLOSING = "Pour les agents : quand la demande a été close."
APPOINTMENT_AT = "Le rendez-vous de la demande, à venir ou passé."
APPOINTMENT_PLACE = "La salle et le bâtiment ; vide sans rendez-vous."
REOPENING = "Toutes les places sont prises jusqu’à cet instant ; nul s’il en reste, ou si rien ne les compte."


def string(means: str = "") -> fields.String:
    """A text that is always in the answer."""
    return described(fields.String(required=True), means)


def read_version() -> Whole:
    return Whole(required=True, means="La version de la demande qui a été lue.")


def page() -> Whole:
    return Whole(1, 10_000, means="La page voulue, la première est 1.")


class Page(Schema):
    page = page()


class Address(Schema):
    line1 = Text(120, shortest=1, required=True)
    line2 = Text(120)
    postcode = Text(10, means="Cinq chiffres en France ; facultatif ailleurs.")
    city = Text(80, shortest=1, required=True)
    country = Text(2, pattern=r"^[A-Z]{2}$", means="Le code ISO 3166 du pays ; la France sans lui.")


class Organisation(Schema):
    name = Text(150)
    siret = Text(20)
    rna = Text(20)
    role = Text(100)


APPLICANT_ALWAYS: dict[str, object] = {
    "description": "Qui demande. Prénoms, nom et courriel toujours ; une entreprise donne son nom et son SIRET, une "
    "association son nom et son numéro RNA. Le reste est ce que la démarche demande (`applicant.asks`, chaque "
    "renseignement avec sa raison) : ce qu’elle ne demande pas est refusé. Sans `asks`, `applicant.identity` le dit : "
    "`full` veut le nom de naissance et, d’une personne, l’adresse ; `contact`, les prénoms, le nom et le courriel.",
    "required": ["given_names", "email"],
    "anyOf": [{"required": ["birth_name"]}, {"required": ["usage_name"]}],
}
"""What every procedure asks of who files. The service says what is missing, with all that is wrong in the answers, so
the schema below lets it pass; the document has it."""


class Applicant(Schema):
    """Its form; what is due is the procedure's to say."""

    kind = choice(KINDS)
    civility = choice(CIVILITIES)
    given_names = Text(100)
    birth_name = Text(100)
    usage_name = Text(100)
    birth_date = day()
    birth_place = Text(100)
    email = Text(254)
    phone = Text(25, means="Le numéro où appeler. Les trois suivants valent pour lui, le préféré d’abord.")
    mobile_phone = Text(25)
    home_phone = Text(25)
    work_phone = Text(25)
    preferred_contact = choice(tuple(MEANS | MEANS_OF_REQUEST))
    address = fields.Nested(Address)
    organisation = fields.Nested(Organisation)


answer(
    AskedDetail,
    group="`name`, `civil_status`, `postal` ou `contact`.",
    mandatory="Pour le premier type de demandeur de la démarche.",
    reason="Dans les mots de la commune ; vide si elle ne l’a pas indiquée.",
)
Done = answer(shapes.OnRequest, "Done")


class TownWords(Answer):
    """Le document de la commune : identité, horaires, lieux, services, mentions légales, réglages du portail."""

    town = fields.Dict(required=True)
    opening_hours = fields.Dict()
    departments = several(fields.Dict())
    sites = several(fields.Dict())
    theme = fields.Dict()
    legal = fields.Dict()
    portal_settings = fields.Dict()
    version = fields.Integer(required=True)
    open_now = described(fields.Dict(), "Ouvert en ce moment ? Jusqu’à quand, et la prochaine ouverture.")
    address_file = described(
        fields.Boolean(), "Si la commune a un fichier d’adresses : `POST /address-proposals` en propose."
    )


answer(catalogue.AreaOffered, "ServiceArea", department="Le service qui répond pour ce domaine.")
REOPENS: dict[str, SchemaField] = {"reopens_at": maybe(fields.String(), REOPENING)}
answer(catalogue.CatalogueItem, also=REOPENS, rank="Ce que la démarche a des mots cherchés, 0 sans eux.")
CatalogueQuery = body(
    catalogue.SearchCatalogue,
    "featured dashboard_tile",
    "CatalogueQuery",
    area=slug(),
    q=Text(200, means="Mots cherchés, sans égard aux accents ni à la casse."),
    page=page(),
    per_page=Whole(1, 100),
)


Catalogue = answer(catalogue.Catalogue, partial="Aucune démarche n’a tous les mots : celles-ci en ont une partie.")


class ProcedureQuery(Schema):
    version = Whole(1, means="Une version précise ; sinon celle en cours.")


class DefinedField(Answer):
    """Une question de la démarche, avec ses limites et ses conditions."""

    name = string()
    label = string()
    type = choice(FieldType, required=True)


Definition = type("Definition", (Answer,), {"fields": many(DefinedField)})
Procedure = answer(
    catalogue.ProcedureVersion, "Procedure", also=REOPENS, definition=fields.Nested(Definition, required=True)
)
