"""Filing a request, and what an agent at the counter says of it."""

from typing import Any

from marshmallow import Schema, fields

from gateway.api.fields import JsonObject, Text, Whole, choice, day, instant, name, slug, uuid
from gateway.api.schemas.common import Applicant
from gateway.api.schemas.people import AskedAboveAShare


def identity() -> fields.String:
    """How an agent made sure of who asks."""
    means = (
        "Par un agent, au guichet : l’identité de la personne a été vérifiée. Nécessaire pour une démarche qui demande un "
        "espace personnel."
    )
    return choice(("checked_at_counter",), metadata={"description": means})


class Somebody(Schema):
    """For whom an agent files at the counter."""

    given_names = Text(100, required=True)
    birth_name = Text(100, required=True)
    usage_name = Text(100)
    birth_date = day()


def described_member() -> fields.Field[Any]:
    return fields.Nested(
        Somebody, metadata={"description": "Par un agent, au guichet : pour qui la demande est faite."}
    )


class SubmitDraft(AskedAboveAShare):
    identity = identity()
    version = Whole(required=True, metadata={"description": "La version de la démarche qui a été lue."})


class Submit(AskedAboveAShare):
    procedure = slug(required=True)
    version = Whole()
    draft_id = uuid(metadata={"description": "Le brouillon sous lequel des fichiers ont été envoyés."})
    applicant = fields.Nested(Applicant, required=True)
    member = name()
    described_member = described_member()
    identity = identity()
    answers = JsonObject(required=True)
    slot = instant(metadata={"description": "Le début du créneau de rendez-vous choisi."})
