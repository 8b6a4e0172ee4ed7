"""Recovery codes."""

from services.chassis.event_store.events import Event


class RecoveryCodesMade(Event):
    """The agent was shown new recovery codes; those of before are dead."""
