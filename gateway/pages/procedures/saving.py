"""What was typed a moment ago may still be on its way when the next page is asked for: that page waits for it.

The script that saves without a button keeps the id of its command in a cookie of a few seconds. What has not come is left out.
"""

from contextlib import suppress

from flask import request

from gateway.beginnings import beginning
from gateway.conversation import clients
from gateway.routes import id_or_none
from services.requests.schemas.drafts import DraftFor, ReadDraftFor
from services.requests.schemas.refusals import SaveNotReceivedYet

COOKIE = "parvis-saisie"


def standing(slug: str) -> DraftFor:
    """The draft and the quota of this procedure, after the save that this browser has just sent."""
    saving = id_or_none(request.cookies.get(COOKIE, ""))
    if saving is not None:
        with suppress(SaveNotReceivedYet):
            return clients().send(ReadDraftFor(procedure=slug, after=str(saving)))
    return beginning(slug) or clients().send(ReadDraftFor(procedure=slug))
