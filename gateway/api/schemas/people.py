"""Accounts and sessions."""

from marshmallow import Schema, fields

from gateway.api.answers import answer
from gateway.api.fields import PROOF, TOKEN, Text, choice, day
from gateway.api.schemas.common import EMAIL, Address, Told, maybe, string
from services.accounts.schemas import sessions
from services.townhall.person import MEANS


class Puzzle(Told):
    """Le travail à prouver : un nombre dont PBKDF2-HMAC-SHA256, salé par l’`id` du code, commence par `zero_bits` bits à zéro.

    Le mot de passe est ce nombre écrit en chiffres, le sel l’`id` tel qu’il est donné. Essayer 0, 1, 2… jusqu’au premier qui convient.
    """

    iterations = fields.Integer(required=True)
    zero_bits = fields.Integer(required=True)


class Captcha(Told):
    id = string()
    image = string(metadata={"description": "PNG en base64."})
    puzzle = fields.Nested(Puzzle, required=True)


class CaptchaAudio(Told):
    audio = string(metadata={"description": "WAV en base64."})


class AccountIdentity(Schema):
    civility = choice(("madame", "monsieur", "non_precise"))
    birth_name = Text(100, shortest=1, required=True)
    usage_name = Text(100)
    given_names = Text(100, shortest=1, required=True)
    birth_date = day(required=True)
    birth_place = Text(100)


class AccountContact(Schema):
    email = Text(245, pattern=EMAIL, required=True)
    mobile_phone = Text(25)
    home_phone = Text(25)
    work_phone = Text(25)


class Credentials(Schema):
    username = Text(64, shortest=3, required=True)
    password = Text(128, shortest=12, required=True)


class CaptchaAnswer(Schema):
    id = Text(80, shortest=1, required=True)
    answer = Text(20, shortest=1, required=True)
    proof = Text(
        10,
        pattern=PROOF,
        metadata={
            "description": "Le nombre trouvé pour `puzzle`. Sans lui, quelques réponses par heure et par adresse seulement."
        },
    )


class AskedAboveAShare(Schema):
    """With the security code of an operation that takes most calls without one."""

    captcha = fields.Nested(
        CaptchaAnswer,
        metadata={
            "description": "À donner après le refus `security_code_required` : la réponse à un code de `POST /captcha`, avec la même clé d’idempotence ou une autre."
        },
    )


class Activate(Schema):
    token = Text(512, pattern=TOKEN, required=True)


class SendActivation(Schema):
    email = Text(245, pattern=EMAIL, required=True)


class RequestPasswordReset(Schema):
    identifier = Text(
        245,
        shortest=1,
        required=True,
        metadata={"description": "Un nom d’utilisateur, ou l’adresse de courriel d’un espace personnel."},
    )


class RequestUsername(Schema):
    email = Text(245, pattern=EMAIL, required=True)


class ResetOffer(Told):
    """`second_factor` : le code à usage unique d’un agent est demandé avec le nouveau mot de passe."""

    username = string()
    second_factor = fields.Boolean(required=True)
    expires_at = string()


class ResetPassword(Schema):
    token = Text(512, pattern=TOKEN, required=True)
    password = Text(128, shortest=12, required=True)
    code = Text(20, pattern=r"^[0-9A-Za-z -]{6,20}$")


class LogIn(Schema):
    username = Text(64, shortest=1, required=True)
    password = Text(128, shortest=1, required=True)


class RequestClosure(Schema):
    password = Text(128, shortest=1, required=True)


class WithdrawClosure(Schema):
    token = Text(512, pattern=TOKEN, required=True)
    password = Text(128, shortest=1, required=True)


class Closure(Told):
    """`last_day` : le dernier jour où l’espace peut être rouvert ; il est effacé le lendemain, `erased_on`."""

    last_day = day(required=True)
    erased_on = day(required=True)


class SecondFactor(Schema):
    challenge = Text(512, pattern=TOKEN, required=True)
    code = Text(20, pattern=r"^[0-9A-Za-z -]{6,20}$", required=True)


class AcceptInvitation(Schema):
    token = Text(512, pattern=TOKEN, required=True)
    password = Text(128, shortest=12, required=True)
    code = Text(20, pattern=r"^[0-9A-Za-z -]{6,20}$", required=True)


class Invitation(Told):
    """La clé du second facteur : à recopier, ou en adresse `otpauth:` que lit une application."""

    username = string()
    totp_secret = string()
    uri = string()
    expires_at = string()
    second_factor_only = fields.Boolean(
        metadata={
            "description": "Vrai quand le lien est pour un nouveau second facteur : le mot de passe ne change pas."
        }
    )


class Session(Told):
    """Une session, ou pour un agent le défi du second facteur."""

    session = fields.String()
    expires_at = maybe(fields.String())
    challenge = fields.String()


class SessionTimer(Told):
    """En secondes : avant que les pages préviennent, avant la fin sans usage, et avant la fin quel que soit l’usage."""

    seconds_to_warning = fields.Integer(required=True)
    seconds_left = fields.Integer(required=True)
    seconds_at_most = fields.Integer(required=True)


OpenSession = answer(
    sessions.OpenSession,
    device="« Firefox sur Windows » ; vide quand le navigateur n’est pas reconnu.",
    seen_at="Dernière utilisation, à une demi-minute près.",
    current="La session avec laquelle la question est posée.",
)
OwnSessions = answer(sessions.Sessions, "OwnSessions")


class Phones(Schema):
    mobile_phone = Text(25)
    home_phone = Text(25)
    work_phone = Text(25)


class OwnOrganisation(Schema):
    kind = choice(("association", "company"), required=True)
    name = Text(100, shortest=1, required=True)
    siret = Text(20)
    rna = Text(20)
    role = Text(100)


class ChangeProfile(Schema):
    """Le profil entier, tel qu’il doit être ; sans `organisation`, il n’y en a pas. Le courriel se change avec les identifiants."""

    identity = fields.Nested(AccountIdentity, required=True)
    address = fields.Nested(Address, required=True)
    phones = fields.Nested(Phones, required=True)
    preferred_contact = choice(tuple(MEANS), required=True)
    organisation = fields.Nested(OwnOrganisation)
    seen = Text(
        64,
        metadata={
            "description": "Le `mark` de `GET /space` : le changement est refusé si le profil a changé depuis. Sans lui, il n’est pas comparé."
        },
    )


class ChangeCredentials(Schema):
    current_password = Text(128, shortest=1, required=True)
    username = Text(64)
    new_password = Text(128)
    email = Text(245)


class CredentialsChange(Told):
    """Ce qui a changé ; `email_asked` : un lien part vers la nouvelle adresse, qui compte une fois qu’il est suivi."""

    username = fields.Boolean(required=True)
    password = fields.Boolean(required=True)
    email_asked = fields.Boolean(required=True)


class ConfirmEmail(Schema):
    token = Text(512, pattern=TOKEN, required=True)
    password = Text(128)


class Space(Told):
    """Tout ce que la mairie sait de la personne ; `email_to_confirm` : l’adresse qui attend que son lien soit suivi."""

    username = string()
    full_name = string()
    identity = fields.Dict(required=True)
    address = fields.Dict(required=True)
    email = string()
    phones = fields.Dict(required=True)
    preferred_contact = string()
    organisation = maybe(fields.Dict())
    family = fields.List(fields.Dict(), required=True)
    mark = string()
    email_to_confirm = maybe(fields.Dict())
    changes = fields.List(
        fields.Dict(),
        metadata={
            "description": "Les dernières modifications : `at`, `what`, `parts`, sans valeur ; pour celle qu’une demande acceptée a "
            "faite, `request_number` et `people`, avec de chacun ce qui était avant et ce qui est après."
        },
    )


class ProfileNews(Told):
    """Par détail du demandeur, et du membre de la famille pour qui elle est faite, ce que dit le profil ; vide s’il ne le dit plus."""

    applicant = fields.Dict(required=True)
    member = fields.Dict(required=True)


class Profile(Told):
    identity = fields.Dict(required=True)
    address = maybe(fields.Dict())
    contact = fields.Dict(required=True)
    preferred_contact = maybe(fields.String())
    family_members = fields.List(fields.Dict())
    coming_updates = fields.List(
        fields.Dict(),
        metadata={
            "description": "Les changements de coordonnées demandés ou acceptés (`granted`), jusqu’au jour où ils prennent effet."
        },
    )
    organisation = maybe(fields.Dict())
