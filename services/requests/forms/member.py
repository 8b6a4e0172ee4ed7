"""For whom a request is made, as an agent at the counter describes them; pure. An account knows the members of its family."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from services.requests.forms import applicant
from services.requests.schemas.refusals import MemberNotDescribed

SAID = {
    "given_names": "Indiquez les prénoms de cette personne.",
    "birth_name": "Indiquez le nom de naissance de cette personne.",
}


def described(raw: Mapping[str, Any], *, today: date) -> dict[str, Any]:
    """Names, day of birth and relation as they are kept; raises MemberNotDescribed with a sentence for each that is missing
    or wrong, by dotted name."""
    values, errors = applicant.names_of(raw, SAID, today=today)
    if errors:
        raise MemberNotDescribed(fields={f"member.{name}": message for name, message in errors.items()})
    relation = raw.get("relation")
    return values | ({"relation": relation} if isinstance(relation, str) and relation else {})
