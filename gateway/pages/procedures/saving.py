"""What was typed a moment ago may still be on its way when the next page is asked for: the page shown is the newest one.

The script that saves without a button says under which command it did, in a cookie of a few seconds; a page that would
show the draft waits for that command, and shows what there is when it does not come.
"""

import uuid

from flask import request

from gateway.conversation import clients
from services.requests.schemas.drafts import DraftFor, ReadDraftFor
from services.requests.schemas.refusals import SaveNotReceivedYet

COOKIE = "parvis-saisie"


def standing(slug: str) -> DraftFor:
    """The draft and the quota of this procedure, once what this browser has just saved was heard."""
    saving = _saving()
    if saving is not None:
        try:
            return clients().send(ReadDraftFor(procedure=slug, after=saving))
        except SaveNotReceivedYet:
            pass
    return clients().send(ReadDraftFor(procedure=slug))


def _saving() -> str | None:
    try:
        return str(uuid.UUID(request.cookies.get(COOKIE, "")))
    except ValueError:
        return None
