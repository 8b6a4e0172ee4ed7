"""The town hall's team."""

from marshmallow import Schema, fields, validate

from gateway.api.fields import NAME, SLUG, Text, choice
from gateway.api.schemas.common import EMAIL, Told, maybe, string

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


class TeamMember(Told):
    """Un agent. `state` : active, invited, expired ou disabled. Son courriel n’est pas dit."""

    id = string()
    username = string()
    function = string()
    role = string()
    departments = fields.List(fields.String(), required=True)
    permissions = fields.List(fields.String(), required=True)
    state = string()
    from_file = fields.Boolean(required=True)
    kept_fields = fields.List(
        fields.String(),
        metadata={
            "description": "Ce qu’une page ou une commande a modifié : le fichier de la commune le laisse ainsi."
        },
    )
    second_factor_only = fields.Boolean()
    mark = string()


class Team(Told):
    members = fields.List(fields.Nested(TeamMember), required=True)


class MemberChange(Told):
    """Ce qui a été fait du compte ; `by` : le nom d’utilisateur de qui l’a fait, vide pour un fichier ou une commande."""

    what = string()
    at = string()
    fields_changed = maybe(fields.List(fields.String(), data_key="fields"))
    by = fields.String()


class MemberRecord(Told):
    member = fields.Nested(TeamMember, required=True)
    changes = fields.List(fields.Nested(MemberChange), required=True)


class Invited(Told):
    id = string()
    username = string()


class Enabled(Told):
    may_log_in = fields.Boolean(required=True, metadata={"description": "Faux quand il faut encore une invitation."})


class CodesLeft(Told):
    left = fields.Integer(required=True)


class RenewCodes(Schema):
    password = Text(128, shortest=1, required=True)
    code = Text(10, pattern=CODE, required=True, metadata={"description": "Les six chiffres de l’application."})


class RecoveryCodes(Told):
    """Dits cette seule fois ; chacun sert une fois à la place des six chiffres."""

    codes = fields.List(fields.String(), required=True)
