"""The fact that somebody changed what one logs in with."""

from dataclasses import dataclass

from services.chassis.event_store.events import event

ABOUT_CREDENTIALS = ("password_changed", "username_changed")
"""Purposes of the mails that these changes owe."""


@event(version=1, public=False)
@dataclass(frozen=True, kw_only=True)
class CredentialsChanged:
    """The holder, who gave the current password or followed the link for a forgotten one, changed what one logs in with; the
    other sessions are over. Also of an agent who followed such a link."""

    changed: tuple[str, ...]  # of "username", "password"
