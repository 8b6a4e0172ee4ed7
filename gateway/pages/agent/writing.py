"""What an agent is typing in a file belongs to one form: whatever button is pressed, it comes along and is shown again."""

from flask import request

from gateway.pages.agent.reply import Wording

FIELDS = {"echanges": "message", "notes": "note"}
"""By section, beside the words of a decision."""
DECISION = "vers"
"""The field by which a decision is known."""
REASON = "motif-"
"""Of the field that says what is wrong with a piece: before its id."""


def words() -> dict[str, str]:
    """What was typed, by section."""
    return {section: request.form.get(field, "") for section, field in FIELDS.items()}


def wording() -> Wording | None:
    """The decision whose form stood open."""
    return Wording.read(request.form) if DECISION in request.form else None


def stays(besides: str) -> bool:
    """Whether something is typed that a redirect would lose, `besides` the field that was sent, or DECISION."""
    fields = (one for one in request.form if one in FIELDS.values() or one.startswith(REASON))
    decides = besides != DECISION and DECISION in request.form
    return decides or any(request.form[one].strip() for one in fields if one != besides)
