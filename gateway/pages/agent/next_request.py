"""« Me donner la prochaine »: the most urgent request that no agent handles, of a list or of all."""

import re
import uuid
from urllib.parse import parse_qsl, urlencode

from flask import render_template, request

from gateway.brief_calls import held_decisions
from gateway.conversation import clients
from gateway.http.rate_limits import READ, WRITE
from gateway.pages.agent import work_filters
from gateway.permissions import FILE_READER
from gateway.routes import Answer, Pages, command_id, see_other

page = Pages("agent_next_request", __name__)
NUMBER = re.compile(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){2}")
NEXT = "suivante"
"""Value of `fait` in the address of a file that was opened as the next one."""


def queue() -> str:
    """The list from which requests are taken, as the query of its address: "" for all of the agent's departments."""
    return work_filters.whole(request.values.get("liste", ""))


def before() -> str:
    """The request that was just dealt with; "" for anything that is no number."""
    number = request.args.get("precedente", "")
    return number if NUMBER.fullmatch(number) else ""


@page.post("/agent/demandes/prochaine", permission=FILE_READER, limit=WRITE)
def take_next() -> Answer:
    return _given(command_id())


@page.get("/agent/demandes/prochaine", permission=FILE_READER, limit=READ)
def none_left() -> str:
    """There is none to take; what was just sent is said."""
    return render_template("agent/none_left.html", listed=queue(), before=before(), held=held_decisions(), may_act=True)


def after(number: str) -> Answer:
    """The next one, once that request has been dealt with by the present form: sent twice, it leads to the same one."""
    return _given(uuid.uuid5(command_id(), NEXT), number)


def _given(command: uuid.UUID, dealt_with: str = "") -> Answer:
    listed = queue()
    taken = clients().send(work_filters.to_take(dict(parse_qsl(listed))), command_id=command)
    said = {"liste": listed, "precedente": dealt_with}
    query = {name: value for name, value in said.items() if value}
    if taken.number is None:
        return see_other("/agent/demandes/prochaine" + (f"?{urlencode(query)}" if query else ""))
    return see_other(f"/agent/demandes/{taken.number}?{urlencode({'fait': NEXT, **query})}#fait")
