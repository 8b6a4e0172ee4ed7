"""Accounts and sessions."""

from marshmallow import Schema, fields

from gateway.api.answers import Answer, answer, maybe
from gateway.api.bodies import body
from gateway.api.fields import PROOF, TOKEN, Text, choice, day, part
from gateway.api.schemas.common import EMAIL, Address
from gateway.sessions.session_timer import SessionTimer
from services.accounts.schemas import agents, closures, log_in, people, profile, recovery, sessions, sign_up
from services.townhall import person

CODE = r"^[0-9A-Za-z -]{6,20}$"


def token(*, required: bool = True, means: str = "") -> Text:
    return Text(512, pattern=TOKEN, required=required, means=means)


def email(longest: int = 245) -> Text:
    return Text(longest, pattern=EMAIL, required=True)


def password(means: str = "") -> Text:
    """One that there is already."""
    return Text(128, shortest=1, required=True, means=means)


def new_password() -> Text:
    return Text(128, shortest=12, required=True)


Puzzle = answer(
    sign_up.Puzzle,
    iterations="Le travail à prouver : un nombre dont PBKDF2-HMAC-SHA256, salé par l’`id` du code, commence par `zero_bits` bits à "
    "zéro. Le mot de passe est ce nombre écrit en chiffres, le sel l’`id` tel qu’il est donné. Essayer 0, 1, 2… jusqu’au premier "
    "qui convient.",
)
Captcha = answer(sign_up.SecurityCode, "Captcha", image="PNG en base64.")
CaptchaAudio = answer(sign_up.SpokenCode, "CaptchaAudio", audio="WAV en base64.")

NAMES = {
    "birth_name": Text(100, shortest=1, required=True),
    "usage_name": Text(100),
    "given_names": Text(100, shortest=1, required=True),
}
PHONES = {name: Text(25) for name in person.PHONES}
Phones = type("Phones", (Schema,), {**PHONES})
AccountIdentity = type(
    "AccountIdentity",
    (Schema,),
    {
        "civility": choice(person.CIVILITIES),
        **NAMES,
        "birth_date": day(required=True),
        "birth_place": Text(100),
    },
)
AccountContact = type("AccountContact", (Schema,), {"email": email(), **PHONES})


class Credentials(Schema):
    username = Text(64, shortest=3, required=True)
    password = new_password()


class CaptchaAnswer(Schema):
    id = Text(80, shortest=1, required=True)
    answer = Text(20, shortest=1, required=True)
    proof = Text(
        10,
        pattern=PROOF,
        means="Le nombre trouvé pour `puzzle`. Sans lui, quelques réponses par heure et par adresse seulement.",
    )


class AskedAboveAShare(Schema):
    """With the security code of an operation that takes most calls without one."""

    captcha = part(
        CaptchaAnswer,
        means="À donner après le refus `security_code_required` : la réponse à un code de `POST /captcha`, avec la même clé "
        "d’idempotence ou une autre.",
    )


class Activate(Schema):
    token = token()


RequestPasswordReset = body(
    recovery.RequestPasswordReset,
    identifier=Text(
        245,
        shortest=1,
        required=True,
        means="Un nom d’utilisateur, ou l’adresse de courriel d’un espace personnel.",
    ),
)
ResetOffer = answer(
    recovery.ResetOffer, second_factor="Le code à usage unique d’un agent est demandé avec le nouveau mot de passe."
)
ResetPassword = body(recovery.ResetPassword, token=token(), password=new_password(), code=Text(20, pattern=CODE))
SecondFactor = body(log_in.SecondFactor, challenge=token(), code=Text(20, pattern=CODE, required=True))
LogIn = body(log_in.LogIn, username=Text(64, shortest=1, required=True), password=password())
AcceptInvitation = body(
    agents.AcceptInvitation, token=token(), password=new_password(), code=Text(20, pattern=CODE, required=True)
)


class EmailAlone(Schema):
    email = email()


class PasswordAlone(Schema):
    password = password()


class Session(Answer):
    """Une session, ou pour un agent le défi du second facteur."""

    session = fields.String()
    expires_at = maybe(fields.String())
    challenge = fields.String()


Closure = answer(
    closures.Closure,
    last_day=day(required=True, means="Le dernier jour où l’espace peut être rouvert."),
    erased_on=day(required=True, means="Le lendemain, où il est effacé."),
)
WithdrawClosure = body(closures.WithdrawClosure, token=token(), password=password())
Invitation = answer(
    agents.InvitationOffer,
    "Invitation",
    totp_secret="La clé du second facteur, à recopier.",  # noqa: S106
    uri="La même en adresse `otpauth:`, que lit une application.",
    second_factor_only="Vrai quand le lien est pour un nouveau second facteur : le mot de passe ne change pas.",
)
Timer = answer(
    SessionTimer,
    seconds_to_warning="Avant que les pages préviennent.",
    seconds_left="Avant la fin sans usage.",
    seconds_at_most="Avant la fin quel que soit l’usage.",
)
OpenSession = answer(
    sessions.OpenSession,
    device="« Firefox sur Windows » ; vide quand le navigateur n’est pas reconnu.",
    seen_at="Dernière utilisation, à une demi-minute près.",
    current="La session avec laquelle la question est posée.",
)
OwnSessions = answer(sessions.Sessions, "OwnSessions")


class OwnOrganisation(Schema):
    kind = choice(person.ORGANISATIONS, required=True)
    name = Text(100, shortest=1, required=True)
    siret = Text(20)
    rna = Text(20)
    role = Text(100)


ChangeProfile = body(
    profile.ChangeProfile,
    identity=part(AccountIdentity, required=True),
    address=part(Address, required=True),
    phones=part(Phones, required=True),
    preferred_contact=choice(tuple(person.MEANS), required=True),
    organisation=part(OwnOrganisation),
    seen=Text(
        64,
        means="Le `mark` de `GET /space` : le changement est refusé si le profil a changé depuis. Sans lui, il n’est pas comparé.",
    ),
)
ChangeCredentials = body(
    profile.ChangeCredentials, current_password=password(), username=Text(64), new_password=Text(128), email=Text(245)
)
CredentialsChange = answer(
    profile.CredentialsChange, email_asked="Un lien part vers la nouvelle adresse, qui compte une fois qu’il est suivi."
)
ConfirmEmail = body(profile.ConfirmEmail, token=token(), password=Text(128))
for _declared in (profile.Identity, profile.Address, profile.Phones, people.Contact):
    answer(_declared, f"Known{_declared.__name__}")  # a body has a part of the same name
answer(people.Relative, "OfferedMember")
Space = answer(
    profile.Space,
    email_to_confirm=maybe(fields.Dict(), "L’adresse qui attend que son lien soit suivi."),
    organisation=maybe(fields.Dict()),
    changes="Les dernières modifications : `at`, `what`, `parts`, sans valeur ; pour celle qu’une demande acceptée a "
    "faite, `request_number` et `people`, avec de chacun ce qui était avant et ce qui est après.",
)
Profile = answer(
    people.Profile,
    organisation=maybe(fields.Dict()),
    coming_updates="Les changements de coordonnées demandés ou acceptés (`granted`), jusqu’au jour où ils prennent effet.",
)
