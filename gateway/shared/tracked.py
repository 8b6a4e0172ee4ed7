"""A filed request as the reader of the present HTTP request may see it. A look by an agent is recorded by requests."""

from datetime import datetime

from gateway.conversation import clients
from services.requests.schemas.refusals import RequestNotFound
from services.requests.schemas.tracking import CaseView, ReadRequest, RequestView


def tracked(number: str, *, as_of: datetime | None = None) -> RequestView:
    """As it stands, or stood at that instant."""
    return clients().send(ReadRequest(number=number, as_of=as_of))


def case_of(number: str) -> CaseView:
    """For a page of agents; raises RequestNotFound where the reader is none."""
    view = tracked(number)
    if not isinstance(view, CaseView):
        raise RequestNotFound
    return view
