"""The declared call about the attestation of an acceptance born of silence."""

from dataclasses import dataclass

from services.chassis.contracts import Command, Done, text


@dataclass(frozen=True, kw_only=True)
class RequestAttestation(Command[Done]):
    """By whom the request is. Asked twice, it is recorded once; NoAttestation where silence has not accepted."""

    number: str = text(40, required=True)
