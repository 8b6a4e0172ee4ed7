"""The town hall's team."""

from marshmallow import fields

from gateway.api.answers import Answer, answer, maybe
from gateway.api.bodies import body
from gateway.api.fields import NAME, SLUG, SchemaField, Text, choice, described, several
from gateway.api.schemas.common import EMAIL
from gateway.api.schemas.people import email, password
from services.accounts.schemas import team as calls


def _many(pattern: str, means: str = "") -> SchemaField:
    return several(Text(80, pattern=pattern), 40, means=means)


FUNCTION = Text(100, shortest=1, required=True)
ROLE = choice(("agent", "editor", "administrator"), required=True)
InviteMember = body(
    calls.InviteMember,
    username=Text(40, shortest=3, required=True),
    email=email(),
    function=FUNCTION,
    role=ROLE,
    departments=_many(SLUG),
    permissions=_many(NAME, "Les droits ; sans eux, ceux du rôle."),
)
ChangeMember = body(
    calls.ChangeMember,
    "agent_id",
    seen=Text(
        40,
        shortest=1,
        required=True,
        means="Le `mark` de l’agent tel qu’il a été lu : refusé (409) s’il a changé depuis.",
    ),
    email=Text(245, pattern=EMAIL, means="Sans lui, il reste comme il est."),
    function=FUNCTION,
    role=ROLE,
    departments=_many(SLUG),
    permissions=_many(NAME),
)
TeamMember = answer(
    calls.Member,
    "TeamMember",
    kept_fields="Ce qu’une page ou une commande a modifié : le fichier de la commune le laisse ainsi.",
)
MemberChange = answer(calls.MemberChange, fields=maybe(fields.List(fields.String())))
CodesLeft = answer(calls.RecoveryCodesLeft, "CodesLeft")


class Enabled(Answer):
    may_log_in = described(fields.Boolean(required=True), "Faux quand il faut encore une invitation.")


RenewCodes = body(
    calls.RenewRecoveryCodes,
    password=password(),
    code=Text(10, pattern=r"^[0-9 ]{6,10}$", required=True, means="Les six chiffres de l’application."),
)
