"""What the town wants of accounts, with what holds where it says nothing. Pure."""

import re
from collections.abc import Sequence

from services.chassis.contracts import from_json, stored_as
from services.chassis.structs import Struct
from services.procedures.schemas.facts import TownPublished

IDLE_MINUTES = 20


class Town(Struct):
    """`words`: the names that everyone in the town knows, which no password may be."""

    name: str = "Espace citoyens"
    words: Sequence[str] = ()
    idle_minutes: int = stored_as("session_idle_minutes", default=IDLE_MINUTES)
    activation_hours: int = stored_as("activation_link_hours", default=48)
    reset_minutes: int = stored_as("password_reset_link_minutes", default=60)
    inactive_months: int = stored_as("inactive_account_months", default=24)
    inactive_warnings_days: Sequence[int] = stored_as("inactive_account_warnings_days", default=(60, 30, 7))


class TownNames(Struct):
    name: str = ""
    department_name: str = ""
    region_name: str = ""


def town_of(fact: TownPublished) -> Town:
    """Of any town that was published, whatever its version left out."""
    town = from_json(TownNames, fact.town)
    names = (town.name, town.department_name, town.region_name)
    words = sorted({word for name in names for word in (name, *re.split(r"[^\w]+", name)) if word})
    return from_json(Town, {**fact.portal_settings, "name": town.name, "words": words})
