"""The fact that somebody changed what one logs in with."""

from services.chassis.event_store.events import Event

ABOUT_CREDENTIALS = ("password_changed", "username_changed")
"""Purposes of the mails that these changes owe."""


class CredentialsChanged(Event):
    """The holder, who gave the current password or followed the link for a forgotten one, changed what one logs in with; the
    other sessions are over. Also of an agent who followed such a link."""

    changed: tuple[str, ...]  # of "username", "password"
