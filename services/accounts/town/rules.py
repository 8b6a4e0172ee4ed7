"""The settings that a town's files have for accounts, with their defaults. Pure."""

from collections.abc import Sequence

from services.chassis.contracts import stored_as
from services.chassis.structs import Struct

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
