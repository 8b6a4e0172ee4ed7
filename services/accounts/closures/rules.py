"""A space that is to be erased: its days, and what is refused on the way. Pure.

From the request on no log-in is accepted; until the end of the last of fourteen days the holder can return by the mailed link and the
password. The erasure follows an hour after the mail that announces it, for the address is erased with the space.
"""

from datetime import date, datetime, timedelta
from enum import StrEnum

from services.chassis.errors import Conflict, Forbidden, NotFound
from services.chassis.structs import Struct
from services.townhall import french_dates
from services.townhall.town_time import local_day, start_of_day

INACTIVE = "inactive"
"""The reason of a closure that its holder did not ask for; the other one is `WISHED` of `services/accounts/spaces/rules.py`."""

DAYS_TO_RETURN = 14
REMINDED_BEFORE = timedelta(days=3)
ERASED_AFTER_MAIL = timedelta(hours=1)
KEPT_AFTER = timedelta(days=90)
"""How long the row of a closure that is over is kept: its link is not taken for one that never was."""

STAYS_CLOSED = "Ce mot de passe n’est pas celui de cet espace, qui reste fermé."


class State(StrEnum):
    ASKED = "asked"
    REMINDED = "reminded"
    ENDING = "told"  # the days are over, the last mail is due, and the erasure follows
    ERASED = "erased"
    WITHDRAWN = "withdrawn"


class Days(Struct):
    """`last_day`: the last one on which the holder can return; the space is erased on the next, `erased_on`."""

    last_day: date
    erased_on: date

    @property
    def due_at(self) -> datetime:
        return start_of_day(self.erased_on)


def days_from(asked_at: datetime) -> Days:
    """Fourteen whole days after the one on which it is asked."""
    last_day = local_day(asked_at) + timedelta(days=DAYS_TO_RETURN)
    return Days(last_day=last_day, erased_on=last_day + timedelta(days=1))


def days_until(due_at: datetime) -> Days:
    """Of a closure that was asked for."""
    erased_on = local_day(due_at)
    return Days(last_day=erased_on - timedelta(days=1), erased_on=erased_on)


class ClosurePending(Forbidden):
    """Shown only after the right password."""

    message = "Cet espace est fermé et va être effacé."

    def __init__(self, days: Days, *, can_return: bool) -> None:
        last, erased = french_dates.long_day(days.last_day), french_dates.long_day(days.erased_on)
        back = (
            f" Vous pouvez le rouvrir jusqu’au {last} inclus : suivez le lien du courriel que vous avez reçu. Pour le"
            " recevoir de nouveau, passez par « J’ai oublié mon mot de passe »."
        )
        super().__init__(
            f"Cet espace est fermé et sera effacé le {erased}.{back if can_return else ''}",
            details={"last_day": days.last_day.isoformat(), "erased_on": days.erased_on.isoformat()},
        )


class ClosureLinkUnknown(NotFound):
    message = "Ce lien n’est pas valable. Vérifiez qu’il est entier, ou prenez celui du dernier courriel reçu."


class ClosureLinkExpired(Forbidden):
    message = "Le délai pour rouvrir cet espace est passé : il est effacé. Vous pouvez en créer un autre."


class ClosureLinkUsed(Conflict):
    message = "Ce lien a déjà servi : votre espace est ouvert, vous pouvez vous connecter."
