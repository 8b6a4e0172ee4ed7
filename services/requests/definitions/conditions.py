"""When a field or a document is asked, as the definition says it; pure."""

from collections.abc import Mapping

from services.procedures.schemas.definitions.forms import Condition
from services.townhall.untyped import items


def holds(condition: Condition | None, answers: Mapping[str, object]) -> bool:
    """Whether the condition is met by the answers; always, where there is none.

    An unanswered question meets no condition. A hidden one is unanswered, so what depends on it is hidden too.
    """
    if condition is None:
        return True
    value = answers.get(condition.field)
    if condition.equals is not None:
        return bool(value) is condition.equals if isinstance(condition.equals, bool) else value == condition.equals
    if condition.any_of is not None:
        return value in condition.any_of
    chosen = items(value)
    if condition.contains is not None:
        return condition.contains in chosen
    return any(choice in chosen for choice in condition.any_contains or ())
