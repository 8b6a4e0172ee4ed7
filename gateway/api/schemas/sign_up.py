"""Making a personal space."""

from marshmallow import Schema, fields

from gateway.api.fields import TOKEN, Text, choice
from gateway.api.schemas.common import EMAIL, Address, Told, string
from gateway.api.schemas.people import AccountContact, AccountIdentity, CaptchaAnswer, Credentials, OwnOrganisation
from services.townhall.person import MEANS


class SolveCaptcha(Schema):
    captcha = fields.Nested(CaptchaAnswer, required=True)


class SolvedCode(Told):
    token = string(metadata={"description": "À donner comme `solved` à `POST /accounts`, une fois."})
    expires_at = string()


class CheckUsername(Schema):
    username = Text(64, required=True)


class UsernameState(Told):
    state = choice(("free", "taken", "refused"), required=True)
    sentence = string(metadata={"description": "La même chose en français, pour la personne."})


class CreateAccount(Schema):
    identity = fields.Nested(AccountIdentity, required=True)
    address = fields.Nested(Address, required=True)
    contact = fields.Nested(AccountContact, required=True)
    preferred_contact = choice(tuple(MEANS), required=True)
    credentials = fields.Nested(Credentials, required=True)
    organisation = fields.Nested(OwnOrganisation)
    captcha = fields.Nested(
        CaptchaAnswer, metadata={"description": "La réponse au code de sécurité, sauf si `solved` est donné."}
    )
    solved = Text(512, pattern=TOKEN, metadata={"description": "Le jeton rendu par `POST /captcha/solutions`."})
    continue_to = Text(
        500,
        metadata={
            "description": "Le chemin d’une page du portail, par exemple `/demarches/demande-composteur` : la personne y continuera une fois son espace activé."
        },
    )


class PendingSpace(Told):
    pending = string(
        metadata={"description": "Un jeton pour corriger l’adresse ou renvoyer le courriel, jusqu’à l’activation."}
    )


class CorrectPendingEmail(Schema):
    pending = Text(512, pattern=TOKEN, required=True)
    email = Text(245, pattern=EMAIL, required=True)


class ResendPendingLink(Schema):
    pending = Text(512, pattern=TOKEN, required=True)


class ActivateSpace(Schema):
    token = Text(512, pattern=TOKEN, required=True)
    password = Text(
        128, shortest=1, required=True, metadata={"description": "Celui qui a été choisi en créant l’espace."}
    )


class ActivatedSpace(Told):
    """La session ouverte par l’activation."""

    session = string()
    expires_at = string()
    continue_to = string(metadata={"description": "La page donnée en créant l’espace ; vide s’il n’y en a pas."})
