"""What a form keeps of its secrets while other fields are corrected: sealed in a hidden field, for minutes, for one browser.

Only this portal can open it. The secrets are in no cookie and in no address.
"""

from datetime import datetime, timedelta

from flask import request

from gateway.routes import now
from gateway.sessions.identity import current_identity

FIELD = "scelle"
MINUTES = 15
UNTIL = "until"


def opened(form: str) -> dict[str, str]:
    """The secrets that came back with the form of that name; none where they are too old, or not of this browser."""
    identity = current_identity()
    held = identity.jar.unseal(
        f"secrets of the form {form}", request.form.get(FIELD, ""), bound_to=identity.lasting_visitor()
    )
    return held if held and datetime.fromisoformat(held.pop(UNTIL)) > now() else {}


def sealed(form: str, secrets: dict[str, str]) -> str:
    """The value of the hidden field for the next page of that form; nothing where there is no secret to keep."""
    held = {name: value for name, value in secrets.items() if value}
    if not held:
        return ""
    held[UNTIL] = (now() + timedelta(minutes=MINUTES)).isoformat()
    return current_identity().jar.seal(
        f"secrets of the form {form}", held, bound_to=current_identity().lasting_visitor()
    )
