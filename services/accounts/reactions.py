"""What accounts does with the facts of other services."""

from services.accounts.profile_updates import rows as profile_update_rows, use_cases as profile_updates
from services.accounts.town import rows as town_rows
from services.accounts.town.rules import town_of
from services.chassis.bus.reactions import Received, reaction
from services.chassis.event_store.transaction import Transaction
from services.procedures.schemas import facts as procedures
from services.requests.schemas import facts as requests


@reaction(procedures.TownPublished, tables=("town",))
def remember_the_town(tx: Transaction, received: Received[procedures.TownPublished]) -> None:
    """How long sessions and links last, when a space that is not used is closed, and the names that everyone here knows, which no password may be."""
    town_rows.save_town(tx.conn, received.fact.version, town_of(received.fact))


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
