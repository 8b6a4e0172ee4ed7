"""How a procedure stands for browsers that were never here: the same for all of them, kept for a few seconds."""

from flask import Flask, current_app

from gateway.clients import ANYONE, Clients
from gateway.sessions.identity import current_identity
from gateway.sessions.published_changes import PublishedChanges, ValidAnswers
from services.requests.schemas.drafts import DraftFor, ReadDraftFor
from services.townhall.untyped import entry

MOST_KEPT = 500


class Beginnings:
    """No draft, and the quota of each procedure: until an event says that one was reached. Of one that is reached, whether a place is free
    again is asked each time. The submission decides."""

    def __init__(self, services: Clients, changes: PublishedChanges) -> None:
        self._services = services
        self._known = ValidAnswers[DraftFor](changes, most=MOST_KEPT)

    def of(self, procedure: str) -> DraftFor:
        """Raises Unavailable where requests does not answer: nothing can be filed then."""
        return self._known.get(
            procedure,
            lambda: self._services.send(ReadDraftFor(procedure=procedure), actor=ANYONE),
            kept=lambda found: not (found.quota and found.quota.reached),
        )


def install(app: Flask, beginnings: Beginnings) -> None:
    app.extensions["parvis.beginnings"] = beginnings


def beginning(procedure: str) -> DraftFor | None:
    """What stands of that procedure for a reader who has begun nothing here; None where it is to be asked for this one. Raises Unavailable."""
    identity = current_identity()
    if identity.person_if_known() is not None or identity.session_token() or identity.known_visitor() is not None:
        return None
    return entry(current_app.extensions, "parvis.beginnings", Beginnings).of(procedure)  # of `install`
