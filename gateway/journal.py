"""The journal of a request: every look of the staff at it and at its pieces, told by the two services that record them."""

from datetime import datetime

from gateway.clients import Json
from gateway.conversation import clients

MOST = 500
"""The latest that are shown: asked of each service, and promised by the API."""


def of_request(number: str) -> Json:
    """`{number, views}`, the latest first. Reading it is a look that it shows. Never a part: both services, or a refusal."""
    told = clients().requests.audit_trail(number, MOST)
    opened = clients().documents.staff_views(told["grant"], MOST)
    views = sorted(
        [{**look, "piece": None} for look in told["views"]] + opened["views"],
        key=lambda look: datetime.fromisoformat(look["at"]),
        reverse=True,
    )
    return {"number": told["number"], "views": views[:MOST]}
