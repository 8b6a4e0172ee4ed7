"""Facts about the attestation of an acceptance born of silence (glossary R14). Names are the storage format, as in `events.py`."""

from services.chassis.event_store.events import Event


class AttestationRequested(Event):
    """The person asks the town to attest that its silence accepted the request."""

    by: str = "citizen"


class AttestationGiven(Event):
    """The town answered with a document."""

    document_id: str
