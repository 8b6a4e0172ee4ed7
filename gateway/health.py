"""Whether this process lives, and whether it can serve."""

from flask import Blueprint, Flask, Response

from gateway.town import town_book
from services.chassis.errors import Refusal

health = Blueprint("health", __name__)


@health.get("/healthz")
def alive() -> Response:
    """The hub turns. Asks nobody."""
    return Response("ok\n", content_type="text/plain; charset=utf-8")


@health.get("/readyz")
def ready() -> Response:
    """A service answers through the broker, even if only that no town has been imported yet."""
    try:
        town_book().town()
    except Refusal as refusal:
        if "reason" in refusal.details:  # nobody answered
            return Response(f"{refusal.code}\n", status=503, content_type="text/plain; charset=utf-8")
    return Response("ok\n", content_type="text/plain; charset=utf-8")


def install(app: Flask) -> None:
    app.register_blueprint(health)
