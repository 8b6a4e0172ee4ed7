"""Whether this process lives, and whether it can serve."""

from flask import Blueprint, Response, g

from gateway.conversation import clients
from services.chassis.errors import Refusal
from services.procedures.schemas.catalogue import ReadPublished
from services.townhall.untyped import entry

PROBE_SECONDS = 2.0  # a probe learns sooner than a person that there is no answer

health = Blueprint("health", __name__)


@health.get("/healthz")
def alive() -> Response:
    """The hub runs; no call is made."""
    return Response("ok\n", content_type="text/plain; charset=utf-8")


@health.get("/readyz")
def ready() -> Response:
    """A service answers through the broker at this moment, whatever the gateway remembers of earlier answers."""
    g.deadline = entry(vars(g), "began", float) + PROBE_SECONDS  # of `conversation.begin`
    try:
        clients().send(ReadPublished())
    except Refusal as refusal:
        if nobody_answered(refusal):
            return Response(f"{refusal.code}\n", status=503, content_type="text/plain; charset=utf-8")
    return Response("ok\n", content_type="text/plain; charset=utf-8")


def nobody_answered(refusal: Refusal) -> bool:
    return "reason" in refusal.details
