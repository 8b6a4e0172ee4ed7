"""An agent's invitation: choose a password, take a second factor, and show by a first code that it works."""

from collections.abc import Mapping
from dataclasses import replace

import segno
from flask import render_template, request

from gateway.conversation import clients
from gateway.errors import status_of
from gateway.http.rate_limits import READ, SECOND_FACTOR
from gateway.pages.components.controls import error_list
from gateway.pages.components.person import CODE, DIFFERENT, NO_ERRORS, PASSWORD, PASSWORDS, filled
from gateway.permissions import PUBLIC
from gateway.routes import Answer, Pages, send_command
from services.accounts.schemas.agents import AcceptInvitation, OpenInvitation
from services.chassis.errors import Invalid, TooMany

page = Pages("invitation", __name__)
PRESENT = replace(PASSWORD, help="Celui que vous avez déjà : il ne change pas.")
"""Asked where the link is for a new second factor alone."""
GROUP = 4


@page.get("/agent/invitation/<token>", permission=PUBLIC, limit=READ, capability=True)
def invitation(token: str, errors: Mapping[str, str] = NO_ERRORS) -> str:
    """The form; opening the link uses nothing up. A link that opens nothing says why."""
    offered = clients().send(OpenInvitation(token=token))
    factor_only = offered.second_factor_only
    controls = filled((*((PRESENT,) if factor_only else PASSWORDS), CODE), {}, errors)
    return render_template(
        "agent/invitation.html",
        token=token,
        username=offered.username,
        factor_only=factor_only,
        key=_in_groups(offered.totp_secret),
        uri=offered.uri,
        qr_code=segno.make(offered.uri, error="m").svg_data_uri(scale=4, light="white"),
        passwords=controls[:-1],
        code=controls[-1],
        errors=error_list(controls, errors),
    )


@page.post("/agent/invitation/<token>", permission=PUBLIC, limit=SECOND_FACTOR, capability=True)
def accept(token: str) -> Answer:
    """« Préparer mon accès »: nothing is changed before everything in the form is right."""
    password, code = request.form.get("password", ""), request.form.get("code", "")
    once = clients().send(OpenInvitation(token=token)).second_factor_only
    if not once and password != request.form.get("password_again", ""):
        return invitation(token, {"password_again": DIFFERENT}), 422
    try:
        done = send_command(AcceptInvitation(token=token, password=password, code=code))
    except (Invalid, TooMany) as refusal:
        return invitation(token, refusal.fields or {"": refusal.message}), status_of(refusal)
    return render_template("agent/invitation_accepted.html", codes=done.recovery_codes)


def _in_groups(secret: str) -> str:
    """The secret as it is copied by hand; applications leave the spaces out."""
    return " ".join(secret[start : start + GROUP] for start in range(0, len(secret), GROUP))
