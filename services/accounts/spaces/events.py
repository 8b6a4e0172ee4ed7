"""The life of an account."""

from services.chassis.event_store.events import Event


class AccountActivated(Event):
    """The holder followed the link of the mail, or came with the town's files: one may log in from now on."""


class AccountClosed(Event):
    """The space and its key are gone: the holder asked for it and did not return in time ("wish"), it was
    not used for long ("inactive"), or its link was not followed ("never_activated")."""

    reason: str
