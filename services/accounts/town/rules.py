"""What the town wants of accounts, with what holds where it says nothing. Pure."""

from collections.abc import Sequence

from services.chassis.structs import Struct

IDLE_MINUTES = 20
ACTIVATION_HOURS = 48
RESET_MINUTES = 60
INACTIVE_MONTHS, WARNINGS_DAYS = 24, (60, 30, 7)


class Town(Struct):
    """`words`: the names that everyone in the town knows, which no password may be."""

    name: str = "Espace citoyens"
    words: Sequence[str] = ()
    idle_minutes: int = IDLE_MINUTES
    activation_hours: int = ACTIVATION_HOURS
    reset_minutes: int = RESET_MINUTES
    inactive_months: int = INACTIVE_MONTHS
    inactive_warnings_days: Sequence[int] = WARNINGS_DAYS
