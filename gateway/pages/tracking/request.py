"""Suivi de la demande: finding a request again, its tabs, and the exchanges."""

from collections.abc import Sequence
from urllib.parse import quote

from flask import render_template, request

from gateway.brief_calls import just_read
from gateway.conversation import clients
from gateway.errors import asks_for_problem, status_of
from gateway.files.uploads import limits
from gateway.http.rate_limits import LINK_AGAIN, READ, WRITE
from gateway.pages.components.reader import logging_in_helps
from gateway.pages.tracking import follow
from gateway.pages.tracking.whose_turn import whose_turn
from gateway.permissions import FOLLOWER, PUBLIC
from gateway.routes import Answer, Pages, id_or_none, now, see_other, send_command
from gateway.sessions.identity import current_identity
from gateway.shared.piece_names import named
from gateway.shared.tracked import tracked
from services.chassis.errors import Conflict, Forbidden, Invalid
from services.documents.schemas.pieces import ListRequestDocuments
from services.messaging.schemas.exchanges import AddExchange, KeepBegunMessage, ListExchanges, OpenExchange
from services.requests.schemas.following import OpenTracking, SendTrackingLink
from services.requests.schemas.tracking import RequestView
from services.townhall.pieces import LONGEST_LABEL

page = Pages("tracking", __name__)
LATER = "plus-tard"


@page.get("/suivi/<token>", permission=PUBLIC, limit=READ, capability=True)
def open_link(token: str) -> Answer:
    """The link of a mail: swapped for a cookie, so that the secret leaves the address bar, on the tab or slot that it is about."""
    opened = clients().send(OpenTracking(token=token))
    tab, slot = request.args.get("onglet", ""), id_or_none(request.args.get("creneau", ""))
    there = f"/rendez-vous/creneau/{slot}" if slot else f"?onglet={tab}" if tab in follow.TABS else ""
    target = f"/demande/{opened.number}{there}"
    log_in = f"/connexion?suite={quote(target, safe='/')}&rattachee=1"
    response = see_other(log_in if opened.login_required else target)
    current_identity().keep_tracking(response, token)  # pyright: ignore[reportArgumentType]
    return response


@page.get("/suivi", permission=PUBLIC)
def find() -> str:
    """« Retrouver ma demande »."""
    return render_template(
        "tracking/find.html", sent="envoye" in request.args, revoked="revoques" in request.args, errors=[]
    )


@page.post("/suivi", permission=PUBLIC, limit=LINK_AGAIN)
def send_link() -> Answer:
    """The link again, by e-mail; the answer is the same whether such a request exists or not."""
    number, email = request.form.get("numero", "").strip(), request.form.get("courriel", "").strip()
    errors = [] if number else [("#numero", "Indiquez le numéro de la demande.")]
    errors += [] if "@" in email else [("#courriel", "Indiquez l’adresse de courriel donnée dans la demande.")]
    if errors:
        return render_template("tracking/find.html", sent=False, number=number, email=email, errors=errors), 422
    send_command(SendTrackingLink(number=number, email=email))
    return see_other("/suivi?envoye=1")


@page.get("/demande/<numero>", permission=FOLLOWER, limit=READ)
def request_page(numero: str) -> str:
    """The request on one of its tabs, Historique unless another is asked for."""
    with logging_in_helps():
        view = tracked(numero)
    return show(view, request.args.get("onglet", "historique"))


@page.post("/demande/<numero>/echanges/<exchange_id>", permission=FOLLOWER, limit=WRITE)
def open_exchange(numero: str, exchange_id: str) -> Answer:
    """« Voir la suite » or « Marquer comme lu »: the exchange becomes read."""
    view = tracked(numero)
    send_command(OpenExchange(grant=view.grant, exchange_id=exchange_id))
    return see_other(f"/demande/{numero}?onglet=echanges&ouvert={exchange_id}#echange-{exchange_id}")


def exchange_again(numero: str) -> str:
    """The message that waited for a log-in, on its tab."""
    return show(tracked(numero), "echanges", typed=request.form.get("message", ""))


@page.post("/demande/<numero>/echanges", permission=FOLLOWER, limit=WRITE, reopen=exchange_again)
def add_exchange(numero: str) -> Answer:
    """« Ajouter un échange », or « Garder pour plus tard » what is written so far."""
    view = tracked(numero)
    text, seen = request.form.get("message", "").strip(), request.form.get("vu", "")
    later = request.form.get("action") == LATER
    try:
        if later:
            send_command(KeepBegunMessage(grant=view.grant, text=text, seen=seen))
        else:
            send_command(AddExchange(grant=view.grant, text=text, seen=seen or None))
    except (Conflict, Forbidden, Invalid) as refusal:
        if asks_for_problem():
            raise
        problem = refusal.fields.get("text") or refusal.message
        return show(view, "echanges", typed=text, problem=problem), status_of(refusal)
    if later:
        return see_other(f"/demande/{numero}?onglet=echanges&fait=garde#fait")
    return see_other(f"/demande/{numero}?onglet=echanges&fait=echange#fait")


def show(view: RequestView, tab: str, *, typed: str = "", problem: str = "", changes: Sequence[object] = ()) -> str:
    """One tab, with what it needs from the service that holds it; `changes`: why an act was refused as stale."""
    line = follow.tab_line(view)
    slug = tab if tab in {item.slug for item in line} else "historique"
    parts: dict[str, object] = {}
    unread = view.unread.citizen
    if slug == "echanges":
        thread = clients().send(ListExchanges(grant=view.grant))
        parts |= {"exchanges": thread.items, "begun": thread.begun}
        typed = typed or thread.begun
        unread = thread.unread  # what was just opened counts no more
        line = follow.tab_line(view, unread)
        if view.attached:
            just_read(view.unread.citizen - unread)
    elif slug == "historique":
        parts["past"] = follow.past(named(view))
    elif slug == "pieces":
        documents = clients().send(ListRequestDocuments(grant=view.grant)).documents
        parts |= {"documents": documents, "longest_label": LONGEST_LABEL}
        parts["pieces"] = follow.addable_pieces(view, documents, limits())
    coming = follow.next_appointment(view, now())
    return render_template(
        follow.template(slug),
        view=view,
        tab=slug,
        line=line,
        coming=coming,
        stands=whose_turn(view, coming, unread),
        aim=follow.aim(view, now()),
        typed=typed,
        problem=problem,
        changes=changes,
        done=request.args.get("fait", ""),
        **parts,
    )
