"""Making a personal space."""

from marshmallow import Schema

from gateway.api.answers import answer
from gateway.api.bodies import body
from gateway.api.fields import Text, choice, part
from gateway.api.schemas import people
from gateway.api.schemas.common import Address
from services.accounts.schemas import sign_up as calls
from services.townhall.person import MEANS

SolveCaptcha = body(calls.SolveCaptcha, captcha=part(people.CaptchaAnswer, required=True))
SolvedCode = answer(calls.SolvedCode, token="À donner comme `solved` à `POST /accounts`, une fois.")  # noqa: S106
CheckUsername = body(calls.CheckUsername, username=Text(64, required=True))
UsernameState = answer(
    calls.UsernameState,
    state=choice(("free", "taken", "refused"), required=True),
    sentence="La même chose en français, pour la personne.",
)
CreateAccount = body(
    calls.CreateAccount,
    identity=part(people.AccountIdentity, required=True),
    address=part(Address, required=True),
    contact=part(people.AccountContact, required=True),
    preferred_contact=choice(tuple(MEANS), required=True),
    credentials=part(people.Credentials, required=True),
    organisation=part(people.OwnOrganisation),
    captcha=part(people.CaptchaAnswer, means="La réponse au code de sécurité, sauf si `solved` est donné."),
    solved=people.token(required=False, means="Le jeton rendu par `POST /captcha/solutions`."),
    continue_to=Text(
        500,
        means="Le chemin d’une page du portail, par exemple `/demarches/demande-composteur` : la personne y continuera "
        "une fois son espace activé.",
    ),
)
PendingSpace = answer(
    calls.PendingSpace, pending="Un jeton pour corriger l’adresse ou renvoyer le courriel, jusqu’à l’activation."
)


class ResendPendingLink(Schema):
    pending = people.token()


class CorrectPendingEmail(ResendPendingLink):
    email = people.email()


ActivateSpace = body(
    calls.Activate,
    "",
    "ActivateSpace",
    token=people.token(),
    password=people.password(means="Celui qui a été choisi en créant l’espace."),
)
ActivatedSpace = answer(
    calls.Activated, "ActivatedSpace", continue_to="La page donnée en créant l’espace ; vide s’il n’y en a pas."
)
