"""The town hall's team."""

from marshmallow import Schema, fields, validate

from gateway.api.answers import answer, maybe
from gateway.api.fields import NAME, SLUG, Text, choice
from gateway.api.schemas.common import EMAIL, Told
from services.accounts.schemas import team as calls

ROLES = ("agent", "editor", "administrator")
MOST = 40
CODE = r"^[0-9 ]{6,10}$"


def _many(pattern: str, **said: str) -> fields.List[str]:
    return fields.List(Text(80, pattern=pattern), validate=validate.Length(max=MOST), metadata=said)


class InviteMember(Schema):
    username = Text(40, shortest=3, required=True)
    email = Text(245, pattern=EMAIL, required=True)
    function = Text(100, shortest=1, required=True)
    role = choice(ROLES, required=True)
    departments = _many(SLUG)
    permissions = _many(NAME, description="Les droits ; sans eux, ceux du rôle.")


class ChangeMember(Schema):
    """Ce que l’agent devient, en entier ; seul le courriel reste s’il n’est pas donné."""

    seen = Text(
        40,
        shortest=1,
        required=True,
        metadata={"description": "Le `mark` de l’agent tel qu’il a été lu : refusé (409) s’il a changé depuis."},
    )
    email = Text(245, pattern=EMAIL)
    function = Text(100, shortest=1, required=True)
    role = choice(ROLES, required=True)
    departments = _many(SLUG)
    permissions = _many(NAME)


TeamMember = answer(
    calls.Member,
    "TeamMember",
    kept_fields="Ce qu’une page ou une commande a modifié : le fichier de la commune le laisse ainsi.",
)
Team = answer(calls.Team)
MemberChange = answer(calls.MemberChange, fields=maybe(fields.List(fields.String())))
MemberRecord = answer(calls.MemberRecord)
Invited = answer(calls.Invited)
CodesLeft = answer(calls.RecoveryCodesLeft, "CodesLeft")
RecoveryCodes = answer(calls.RecoveryCodes)


class Enabled(Told):
    may_log_in = fields.Boolean(required=True, metadata={"description": "Faux quand il faut encore une invitation."})


class RenewCodes(Schema):
    password = Text(128, shortest=1, required=True)
    code = Text(10, pattern=CODE, required=True, metadata={"description": "Les six chiffres de l’application."})
