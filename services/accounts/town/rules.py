"""What accounts uses of the town, with the values that count until procedures has published it. Pure."""

import re
from collections.abc import Sequence

from services.chassis.structs import Struct
from services.procedures.schemas.definitions.towns import Identity, PortalSettings

IDLE_MINUTES = 20


class Town(Struct):
    """`words`: the names that everyone in the town knows, which no password may be."""

    name: str = "Espace citoyens"
    words: Sequence[str] = ()
    idle_minutes: int = IDLE_MINUTES
    activation_hours: int = 48
    reset_minutes: int = 60
    inactive_months: int = 24
    inactive_warnings_days: Sequence[int] = (60, 30, 7)


def town_of(town: Identity, settings: PortalSettings) -> Town:
    names = (town.name, town.department_name, town.region_name)
    return Town(
        name=town.name,
        words=sorted({word for name in names for word in (name, *re.split(r"[^\w]+", name)) if word}),
        idle_minutes=settings.session_idle_minutes,
        activation_hours=settings.activation_link_hours,
        reset_minutes=settings.password_reset_link_minutes,
        inactive_months=settings.inactive_account_months,
        inactive_warnings_days=[*settings.inactive_account_warnings_days],
    )
