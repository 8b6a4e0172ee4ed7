"""What accounts does with the facts of other services."""

import re

from services.accounts.profile_updates import rows as profile_update_rows, use_cases as profile_updates
from services.accounts.town import rows as town_rows, rules as town_rules
from services.chassis.bus.reactions import Received, reaction
from services.chassis.event_store.transaction import Transaction
from services.procedures.schemas import facts as procedures
from services.requests.schemas import facts as requests


@reaction(procedures.TownPublished, tables=("town",))
def remember_the_town(tx: Transaction, received: Received[procedures.TownPublished]) -> None:
    """How long sessions and links last, when a space that is not used is closed, and the names that everyone here knows, which no password may be."""
    town, settings = received.fact.town, received.fact.portal_settings
    names = (town["name"], town.get("department_name", ""), town.get("region_name", ""))
    town_rows.save_town(
        tx.conn,
        received.fact.version,
        town_rules.Town(
            name=town["name"],
            words=sorted({word for name in names for word in (name, *re.split(r"[^\w]+", name)) if word}),
            idle_minutes=settings.get("session_idle_minutes", town_rules.IDLE_MINUTES),
            activation_hours=settings.get("activation_link_hours", town_rules.ACTIVATION_HOURS),
            reset_minutes=settings.get("password_reset_link_minutes", town_rules.RESET_MINUTES),
            inactive_months=settings.get("inactive_account_months", town_rules.INACTIVE_MONTHS),
            inactive_warnings_days=settings.get("inactive_account_warnings_days", town_rules.WARNINGS_DAYS),
        ),
    )


@reaction(requests.ProfileUpdateDecided)
def note_the_update(tx: Transaction, received: Received[requests.ProfileUpdateDecided]) -> None:
    """Applied on its day by a timer, which asks requests for the values."""
    profile_updates.note(tx, received, granted=True)


@reaction(requests.ProfileUpdateAsked)
def announce_the_update(tx: Transaction, received: Received[requests.ProfileUpdateAsked]) -> None:
    profile_updates.note(tx, received, granted=False)


@reaction(requests.RequestStatusChanged)
def end_of_the_announced_update(tx: Transaction, received: Received[requests.RequestStatusChanged]) -> None:
    """A grant follows as a fact of its own."""
    if received.fact.closed:
        profile_update_rows.give_up(tx.conn, received.subject_id)


@reaction(requests.RequestCancelled)
def end_of_the_withdrawn_update(tx: Transaction, received: Received[requests.RequestCancelled]) -> None:
    profile_update_rows.give_up(tx.conn, received.subject_id)
