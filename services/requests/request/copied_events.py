"""Facts of other services that are recorded in the stream of a request too, under their own event ids.

Partners read them there. A copy has the fields of the fact that it repeats; `occurred_at` as in `events.py`.
"""

from datetime import datetime

from services.chassis.event_store.events import Event
from services.documents.schemas import facts as documents
from services.documents.schemas.facts import RejectionReason, RemovalReason
from services.messaging.schemas import facts as messaging
from services.requests.schemas.facts import By


class DocumentAdded(documents.DocumentAdded, public=True):
    """A piece was handed in. From documents, under its event id."""

    by: By = "citizen"


class DocumentReplaced(documents.DocumentReplaced, public=True):
    """Other files took the place of those of a piece. From documents, under its event id."""

    by: By = "citizen"
    imported: bool = False
    occurred_at: datetime | None = None


class DocumentRelabelled(documents.DocumentRelabelled, public=True):
    """A piece that its sender named bears another name. From documents, under its event id."""

    by: By = "citizen"
    imported: bool = False
    occurred_at: datetime | None = None


class DocumentRemoved(documents.DocumentRemoved, public=True):
    """A piece was taken away. From documents, under its event id."""

    by: By = "citizen"
    reason: RemovalReason = ""
    imported: bool = False
    occurred_at: datetime | None = None


class FileRejected(documents.FileRejected, public=True):
    """A later scan refused a file of a piece. From documents, under its event id."""

    reason: RejectionReason = ""
    imported: bool = False
    occurred_at: datetime | None = None


class ExchangeAdded(messaging.ExchangeAdded, public=True):
    """One side wrote to the other. From messaging, under its event id."""


class ExchangeRead(messaging.ExchangeRead, public=True):
    """The other side has opened an exchange. From messaging, under its event id."""


class ProfileUpdated(Event):
    """The profile says what the request asked for. From accounts, under its event id."""

    imported: bool = False


class ProfileUpdateNotApplied(Event):
    """What was granted could not be applied, for that reason: nothing changed, or a new address was taken back.

    Recorded with the decision where no space, or no known member of it, could be changed; otherwise from accounts, as above.
    """

    reason: str  # at the decision "no_space", "member_not_in_space"; from accounts "member_removed", "link_expired", "replaced", "undone"
    imported: bool = False
