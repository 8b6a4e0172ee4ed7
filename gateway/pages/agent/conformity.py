"""Whether a piece is what was asked for: marked beside it."""

from flask import request

from gateway.errors import status_of
from gateway.http.rate_limits import WRITE
from gateway.pages.agent import writing
from gateway.pages.agent.file import show
from gateway.pages.agent.viewer import returned
from gateway.permissions import FILE_READER
from gateway.routes import Answer, Pages, see_other, send_command, typed_id
from gateway.shared.tracked import case_of
from services.chassis.errors import Conflict, Invalid, NotFound
from services.documents.schemas.pieces import LONGEST_MARK, MarkDocument

page = Pages("agent_conformity", __name__)
MARKS = {"conforme": True, "non-conforme": False}


class NoSuchPiece(NotFound):
    message = "Cette pièce n’existe pas, ou ne fait plus partie de la demande."


@page.post("/agent/demandes/<numero>/pieces/<document_id>/conformite", permission=FILE_READER, limit=WRITE)
def mark(numero: str, document_id: str) -> Answer:
    """« Conforme », « Non conforme » with what is wrong, or the mark taken back; the page comes back at the piece, with what is being
    typed in it."""
    view, piece = case_of(numero), typed_id(document_id, NoSuchPiece)
    field = f"{writing.REASON}{piece}"
    reason = request.form.get(field, "").strip()[:LONGEST_MARK]
    asked = MarkDocument(
        grant=view.grant,
        document_id=piece,
        files=tuple(typed_id(one, NoSuchPiece) for one in request.form.getlist(f"fichier-{piece}")),
        conforming=MARKS.get(request.form.get("avis", "")),
        reason=reason,
    )
    try:
        send_command(asked)
    except (Conflict, Invalid) as refusal:
        unmarked = {"document": document_id, "problem": refusal.message}
        return show(view, "pieces", unmarked=unmarked), status_of(refusal)
    if writing.stays(besides=field):
        return show(case_of(numero))
    shown = returned(request.query_string.decode(errors="replace"))
    return see_other(f"/agent/demandes/{numero}{f'?{shown}' if shown else ''}#d-{piece}")
