"""The town's map as its script fetches it: what is said of it, and its tiles. Where one points, no request says."""

from flask import Response, jsonify

from gateway.conversation import clients
from gateway.files import downloads
from gateway.http.rate_limits import READ
from gateway.permissions import PUBLIC
from gateway.routes import Pages
from gateway.shared import map_tiles
from services.content.schemas.town_map import ReadTownMap

page = Pages("map", __name__)
A_MINUTE = 60


@page.get("/carte/plan.json", permission=PUBLIC, limit=READ)
def plan() -> Response:
    """The address of its tiles, which changes with them, its zooms, and who made it."""
    found = clients().send(ReadTownMap())
    shown: dict[str, object] = {**vars(found), "tiles": f"/carte/{found.map}/{{z}}/{{x}}/{{y}}"}
    response = jsonify(shown)
    response.headers["Cache-Control"] = f"public, max-age={A_MINUTE}"
    return response


@page.get("/carte/<plan>/<int:zoom>/<int:x>/<int:y>", permission=PUBLIC, limit=READ)
def tile(plan: str, zoom: int, x: int, y: int) -> Response:
    return downloads.tile(map_tiles.tile(plan, zoom, x, y))
