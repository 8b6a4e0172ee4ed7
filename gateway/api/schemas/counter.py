"""Filing a request, and what an agent at the counter says of it."""

from marshmallow import Schema

from gateway.api.fields import JsonObject, Text, Whole, choice, day, instant, name, part, slug, uuid
from gateway.api.schemas.common import Applicant
from gateway.api.schemas.people import AskedAboveAShare
from services.requests.schemas.filing import IDENTITIES

IDENTITY = choice(
    IDENTITIES,
    means="Par un agent, au guichet : l’identité de la personne a été vérifiée. Nécessaire pour une démarche qui demande un "
    "espace personnel.",
)


class Somebody(Schema):
    """For whom an agent files at the counter."""

    given_names = Text(100, required=True)
    birth_name = Text(100, required=True)
    usage_name = Text(100)
    birth_date = day()


DESCRIBED_MEMBER = part(Somebody, means="Par un agent, au guichet : pour qui la demande est faite.")


class SubmitDraft(AskedAboveAShare):
    identity = IDENTITY
    version = Whole(required=True, means="La version de la démarche qui a été lue.")


class Submit(AskedAboveAShare):
    procedure = slug(required=True)
    version = Whole()
    draft_id = uuid(means="Le brouillon sous lequel des fichiers ont été envoyés.")
    applicant = part(Applicant, required=True)
    member = name()
    described_member = DESCRIBED_MEMBER
    identity = IDENTITY
    answers = JsonObject(required=True)
    slot = instant(means="Le début du créneau de rendez-vous choisi.")
