"""What a form keeps of its secrets while other fields are corrected: sealed in a hidden field, for minutes.

Only this portal can open it, in the browser for which the form was made: neither the page's source nor who copies it tells
what it holds. It goes with the form and with nothing else: no cookie, no address.
"""

import base64
import binascii
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidTag
from flask import request

from gateway.routes import now
from gateway.sessions.identity import current_identity
from services.chassis.event_store import sealing

FIELD = "scelle"
MINUTES = 15
UNTIL = "until"


def opened(form: str) -> dict[str, str]:
    """The secrets that came back with the form of that name; none where they are too old, or not of this browser."""
    try:
        sealed = base64.urlsafe_b64decode(request.form.get(FIELD, ""))
        held = sealing.open_json(_key(form), sealed, bound_to=_browser())
    except (InvalidTag, ValueError, binascii.Error):
        return {}
    return held if datetime.fromisoformat(held.pop(UNTIL)) > now() else {}


def sealed(form: str, secrets: dict[str, str]) -> str:
    """The value of the hidden field for the next page of that form; nothing where there is no secret to keep."""
    held = {name: value for name, value in secrets.items() if value}
    if not held:
        return ""
    until = (now() + timedelta(minutes=MINUTES)).isoformat()
    data = sealing.seal_json(_key(form), {**held, UNTIL: until}, bound_to=_browser())
    return base64.urlsafe_b64encode(data).decode()


def _key(form: str) -> bytes:
    return sealing.key_for(f"secrets of the form {form}", current_identity().jar.secret)


def _browser() -> bytes:
    return current_identity().lasting_visitor().encode()
