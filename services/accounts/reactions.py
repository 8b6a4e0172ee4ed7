"""What accounts does when its neighbours say that something happened."""

import re
from uuid import UUID

from services.accounts.profile_updates import use_cases as profile_updates
from services.accounts.town import rows as town_rows
from services.accounts.town import rules as town_rules
from services.accounts.town.rules import ACTIVATION_HOURS, IDLE_MINUTES, INACTIVE_MONTHS, RESET_MINUTES, WARNINGS_DAYS
from services.chassis.bus.reactions import Heard, reaction
from services.chassis.event_store.transaction import Transaction


@reaction("procedures", "TownPublished", tables=("town",))
def remember_the_town(tx: Transaction, heard: Heard) -> None:
    """How long sessions and links last, when a space that is not used is closed, and the names that everyone here knows, which no password may be."""
    town, settings = heard.data["town"], heard.data["portal_settings"]
    names = (town["name"], town.get("department_name", ""), town.get("region_name", ""))
    town_rows.save_town(
        tx.conn,
        heard.data["version"],
        town_rules.Town(
            name=town["name"],
            words=sorted({word for name in names for word in (name, *re.split(r"[^\w]+", name)) if word}),
            idle_minutes=settings.get("session_idle_minutes", IDLE_MINUTES),
            activation_hours=settings.get("activation_link_hours", ACTIVATION_HOURS),
            reset_minutes=settings.get("password_reset_link_minutes", RESET_MINUTES),
            inactive_months=settings.get("inactive_account_months", INACTIVE_MONTHS),
            inactive_warnings_days=settings.get("inactive_account_warnings_days", WARNINGS_DAYS),
        ),
    )


@reaction("requests", "ProfileUpdateDecided")
def note_the_update(tx: Transaction, heard: Heard) -> None:
    """Applied on its day by a timer, which asks requests for the values."""
    profile_updates.note(tx, heard, granted=True)


@reaction("requests", "ProfileUpdateAsked")
def announce_the_update(tx: Transaction, heard: Heard) -> None:
    profile_updates.note(tx, heard, granted=False)


@reaction("requests", "RequestStatusChanged")
def end_of_the_announced_update(tx: Transaction, heard: Heard) -> None:
    """A grant follows as a fact of its own."""
    if heard.data["closed"]:
        profile_updates.give_up(tx, UUID(heard.subject))


@reaction("requests", "RequestCancelled")
def end_of_the_withdrawn_update(tx: Transaction, heard: Heard) -> None:
    profile_updates.give_up(tx, UUID(heard.subject))
