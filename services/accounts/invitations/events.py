"""An agent is ready."""

from services.chassis.event_store.events import Event


class AgentReady(Event):
    """The agent followed the link: the new password and second factor are good, those of before no longer, and
    an agent who was disabled may log in again."""
