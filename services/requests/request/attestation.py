"""When the attestation of an acceptance born of silence can be asked for, and when it is given (glossary R14). Pure."""

from services.procedures.schemas.definitions.procedures import Procedure, SilenceEffect
from services.requests import refusals
from services.requests.request import commands as c
from services.requests.request.state import Attestation, Erased, Request
from services.requests.schemas.facts import AttestationGiven, AttestationRequested


def may_request(request: Request, definition: Procedure) -> bool:
    """Once: while the request stands accepted by silence alone. A decision that was taken since attests itself."""
    implicit = request.implicit_decision
    accepted = request.implicit_reached and implicit is not None and implicit.effect == SilenceEffect.ACCEPTANCE
    return accepted and request.is_open(definition) and request.attestation is Attestation.NONE


def request_it(command: c.RequestAttestation, request: Request) -> list[AttestationRequested]:
    if request.attestation is not Attestation.NONE:
        return []
    if not may_request(request, command.definition):
        raise refusals.NoAttestation
    return [AttestationRequested()]


def give(command: c.GiveAttestation, request: Request) -> list[AttestationGiven]:
    if request.attestation is not Attestation.REQUESTED or isinstance(request, Erased):
        return []
    return [AttestationGiven(document_id=command.document_id)]
