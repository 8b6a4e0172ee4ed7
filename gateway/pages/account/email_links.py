"""The two links of a change of e-mail address: the new one confirms it, the old one takes it back."""

from flask import make_response, render_template, request

from gateway.conversation import clients
from gateway.errors import sentence_with_wait, status_of
from gateway.http.rate_limits import LOG_IN, READ, WRITE
from gateway.permissions import PUBLIC
from gateway.routes import Answer, Pages, send_command
from gateway.sessions.identity import current_identity
from services.accounts.schemas.profile import ConfirmEmail, OpenEmailConfirmation, OpenEmailUndo, UndoEmailChange
from services.chassis.errors import Invalid, TooMany

page = Pages("email_links", __name__)


@page.get("/courriel/confirmer/<token>", permission=PUBLIC, limit=READ, capability=True)
def confirmation(token: str, *, problem: str = "") -> str:
    """Asks for a click: a mail reader that follows links must not use this one up. A link that opens nothing says why."""
    offered = clients().send(OpenEmailConfirmation(token=token))
    return render_template("account/confirm_email.html", token=token, problem=problem, **vars(offered))


@page.post("/courriel/confirmer/<token>", permission=PUBLIC, limit=LOG_IN, capability=True)
def confirm(token: str) -> str | tuple[str, int]:
    try:
        send_command(ConfirmEmail(token=token, password=request.form.get("mot-de-passe", "")))
    except (Invalid, TooMany) as refusal:
        return confirmation(token, problem=sentence_with_wait(refusal)), status_of(refusal)
    return render_template("account/email_confirmed.html")


@page.get("/courriel/annuler/<token>", permission=PUBLIC, limit=READ, capability=True)
def undoing(token: str) -> str:
    return render_template(
        "account/undo_email.html", token=token, email=clients().send(OpenEmailUndo(token=token)).email
    )


@page.post("/courriel/annuler/<token>", permission=PUBLIC, limit=WRITE, capability=True)
def undo(token: str) -> Answer:
    """Every session of the space is over; the one of this browser may be one of them."""
    send_command(UndoEmailChange(token=token))
    current_identity().forget_presented()
    return make_response(render_template("account/email_undone.html"))
