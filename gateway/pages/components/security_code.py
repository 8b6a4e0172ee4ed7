"""The security code of a form, as `components/security_code.html` shows it, and what came back with the form."""

from flask import request

from gateway.conversation import clients
from gateway.pages.components.controls import error_sentence
from services.accounts.schemas.sign_up import CodeAnswer, DrawCode, SecurityCode

FIELD = "captcha_answer"
NEW_CODE = "autre-code"
_PLACE, _LABEL = "#captcha-answer", "Code de sécurité"


def new_code() -> SecurityCode:
    """A code to show, never seen before."""
    return clients().send(DrawCode())


def another_wanted() -> bool:
    """Whether « Un autre code » was pressed, rather than the form's own button."""
    return request.form.get("action") == NEW_CODE


def answered_code() -> CodeAnswer:
    """What the form brings of it; a code that was not shown is an empty answer."""
    return CodeAnswer(**{name: request.form.get(f"captcha_{name}", "") for name in ("id", "answer", "proof")})


def brought_code() -> CodeAnswer | None:
    """The same of a form that shows a code only where one is asked; None where it showed none."""
    return answered_code() if request.form.get("captcha_id") else None


def in_error_list(error: str) -> list[tuple[str, str]]:
    """Its line in the list of the form's errors, if there is one."""
    return [(_PLACE, error_sentence(_LABEL, error))] if error else []
