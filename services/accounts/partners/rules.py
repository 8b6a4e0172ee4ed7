"""A partner's site as accounts sees it, what may be saved of it, and what is refused on the way. Pure."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta

from services.accounts.schemas.refusals import PartnerFormRefused, PartnerRefused
from services.chassis.errors import Conflict, NotFound
from services.chassis.structs import Struct
from services.townhall.missing import missing
from services.townhall.person import Wrong
from services.townhall.sentences import listed

LONGEST_VALUE = 200
PASS_LIFETIME = timedelta(seconds=60)
PASSES_KEPT = timedelta(hours=1)
"""How long a pass is refused as used or late; unknown afterwards."""
USES_SHOWN = 20


class PartnerField(Struct):
    name: str
    label: str
    secret: bool
    pattern: str = ""
    help: str = ""


class Partner(Struct):
    """`connects`: whether the portal logs the person in; if not, it only opens the site. `site`: the host of the log-in form
    in the town's file. Origins: where the log-in may lead to, for a browser and for this service."""

    slug: str
    title: str
    connects: bool
    site: str
    form_url: str
    form_origins: Sequence[str]
    check_url: str
    check_origins: Sequence[str]
    success_marker: str
    failure_marker: str
    hidden: Mapping[str, str]
    fields: Sequence[PartnerField]

    @property
    def secret(self) -> str:
        """The field at which a refusal is shown."""
        return next((one.name for one in self.fields if one.secret), self.fields[0].name if self.fields else "")


class NothingSaved(NotFound):
    code = "nothing_saved"
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


def refused_by(partner: Partner) -> PartnerRefused:
    labels = listed((f"« {one.label} »" for one in partner.fields), "ou")
    said = f"Le site « {partner.title} » n’a pas reconnu ces identifiants. Vérifiez {labels}. Rien n’a été enregistré, et aucun nouvel essai n’est fait sans vous."
    return PartnerRefused(said, fields={partner.secret: said})


def read_values(partner: Partner, typed: Mapping[str, str]) -> dict[str, str]:
    """The values to keep, by name of field; what is of no field is left out. Raises PartnerFormRefused with each fault.

    An identifier is trimmed; a secret stays as it was typed.
    """
    values: dict[str, str] = {}
    errors: dict[str, str] = {}
    for field in partner.fields:
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
