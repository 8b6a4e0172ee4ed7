"""« Mes données » of a request, by account or by tracking link: what is held, until when, and asking for its erasure (D3)."""

from flask import render_template, request
from werkzeug.wrappers import Response as AnyResponse

from gateway.conversation import clients
from gateway.pages import Pages, command_id, see_other
from gateway.permissions import FOLLOWER
from gateway.rate_limits import READ, WRITE

page = Pages("held_data", __name__)


@page.get("/demande/<numero>/donnees", permission=FOLLOWER, limit=READ)
def held(numero: str) -> str:
    asked = request.args.get("fait") == "demande"
    return render_template("tracking/held_data.html", held=clients().requests.read_held_data(numero), asked=asked)


@page.post("/demande/<numero>/donnees", permission=FOLLOWER, limit=WRITE)
def ask_for_erasure(numero: str) -> AnyResponse:
    clients().requests.request_erasure(numero, command_id=command_id())
    return see_other(f"/demande/{numero}/donnees?fait=demande#fait")
