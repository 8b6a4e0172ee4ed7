"""What may be saved of a partner’s site, and what is refused on the way. Pure."""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta

from services.accounts.schemas.refusals import PartnerFormRefused, PartnerRefused
from services.chassis.errors import Conflict, NotFound
from services.content.schemas.partner_spaces import PartnerConnection, PartnerField
from services.townhall.missing import missing
from services.townhall.person import Wrong
from services.townhall.sentences import listed

FindPartner = Callable[[str], PartnerConnection]
LONGEST_VALUE = 200
PASS_LIFETIME = timedelta(seconds=60)
PASSES_KEPT = timedelta(hours=1)
"""How long a pass is refused as used or late; unknown afterwards."""
USES_SHOWN = 20


class NothingSaved(NotFound):
    message = "Aucun identifiant n’est enregistré pour cet espace."


class PassUnknown(NotFound):
    code = "partner_pass_unknown"
    message = "Cette page de connexion n’existe pas ou n’est plus disponible. Revenez à « Autres espaces » pour vous connecter."


class PassUsed(Conflict):
    code = "partner_pass_used"
    message = "Cette page de connexion a déjà servi : elle ne s’ouvre qu’une fois. Revenez à « Autres espaces » pour vous connecter."


class PassExpired(Conflict):
    code = "partner_pass_expired"
    message = "Cette page de connexion n’était valable qu’une minute. Revenez à « Autres espaces » pour vous connecter."


def refused_by(partner: PartnerConnection) -> PartnerRefused:
    """Shown at the secret, or else at the first field."""
    space = partner.space
    labels = listed((f"« {one.label} »" for one in space.fields), "ou")
    said = f"Le site « {space.title} » n’a pas reconnu ces identifiants. Vérifiez {labels}. Rien n’a été enregistré, et aucun nouvel essai n’est fait sans vous."
    at = next((one.name for one in space.fields if one.secret), space.fields[0].name if space.fields else "")
    return PartnerRefused(said, fields={at: said})


def read_values(partner: PartnerConnection, typed: Mapping[str, str]) -> dict[str, str]:
    """The values to keep, by name of field; other names are left out. Raises PartnerFormRefused with each fault.

    An identifier is trimmed; a secret stays as it was typed.
    """
    values: dict[str, str] = {}
    errors: dict[str, str] = {}
    for field in partner.space.fields:
        value = typed.get(field.name) or ""
        try:
            values[field.name] = _checked(field, value if field.secret else value.strip())
        except Wrong as wrong:
            errors[field.name] = str(wrong)
    if errors:
        raise PartnerFormRefused(fields=errors)
    return values


def _checked(field: PartnerField, value: str) -> str:
    if not value.strip():
        raise Wrong(missing("text", field.label))
    if len(value) > LONGEST_VALUE:
        raise Wrong(f"Écrivez {LONGEST_VALUE} caractères au plus.")
    if field.pattern and not re.fullmatch(field.pattern, value):
        raise Wrong(f"Cette valeur n’a pas la forme attendue. {field.help}".strip())
    return value
