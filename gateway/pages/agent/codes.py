"""« Codes de secours »: an agent makes new ones, given password and six figures; they are shown once."""

from collections.abc import Mapping
from dataclasses import replace

from flask import render_template, request

from gateway.conversation import clients
from gateway.errors import status_of
from gateway.http.rate_limits import READ, SECOND_FACTOR
from gateway.pages.components.controls import error_list
from gateway.pages.components.person import CODE as SIX_FIGURES, NO_ERRORS, PASSWORD, filled
from gateway.permissions import STAFF
from gateway.routes import Pages, send_command
from services.accounts.schemas.team import CountRecoveryCodes, RenewRecoveryCodes
from services.chassis.errors import Invalid, TooMany

page = Pages("agent_codes", __name__)
CODE = replace(
    SIX_FIGURES, help="Celui que votre application affiche à présent ; s’il a déjà servi, attendez le suivant."
)


@page.get("/agent/mon-compte/codes-de-secours", permission=STAFF, limit=READ)
def codes_page(errors: Mapping[str, str] = NO_ERRORS) -> str:
    controls = filled((PASSWORD, CODE), {}, errors)
    return render_template(
        "agent/codes.html",
        left=clients().send(CountRecoveryCodes()).left,
        controls=controls,
        errors=error_list(controls, errors),
    )


@page.post("/agent/mon-compte/codes-de-secours", permission=STAFF, limit=SECOND_FACTOR)
def renew() -> str | tuple[str, int]:
    """« Créer de nouveaux codes »: earlier ones are revoked."""
    password, code = request.form.get("password", ""), request.form.get("code", "")
    try:
        made = send_command(RenewRecoveryCodes(password=password, code=code))
    except (Invalid, TooMany) as refusal:
        return codes_page(refusal.fields or {"": refusal.message}), status_of(refusal)
    return render_template("agent/codes_shown.html", codes=made.codes)
