"""Facts about the attestation of an acceptance born of silence (glossary R14). Names are the storage format, as in `events.py`."""

from dataclasses import dataclass

from services.chassis.event_store.events import event


@event(version=1, public=False)
@dataclass(frozen=True, kw_only=True)
class AttestationRequested:
    """The person asks the town to attest that its silence accepted the request."""

    by: str = "citizen"


@event(version=1, public=False)
@dataclass(frozen=True, kw_only=True)
class AttestationGiven:
    """The town answered with a document."""

    document_id: str
