"""A form that met an ended session waits behind the log-in, in hidden fields: never in an address, never in a cookie.

The log-in page carries it from step to step under names of its own. Once logged in, the person goes to the form's own
address with it (307), where it is shown filled again and not obeyed: it leaves when its button is pressed once more.
"""

from collections.abc import Iterator

from flask import current_app, g, request
from markupsafe import Markup
from werkzeug.datastructures import ImmutableMultiDict

AGAIN = "reprise"
PREFIX = "garde:"
NOT_KEPT = frozenset({"csrf", "mot-de-passe", "password", "password_again", "code", "secours", "epreuve"})
SECRET = "secret."  # noqa: S105 (a prefix)
"""How the name of a field begins that holds a secret of another site."""
_FIELD = Markup('<input type="hidden" name="{}" value="{}">')


def not_kept(name: str) -> bool:
    """Whether no page gives that field of a form back: it is secret, or good for one sending only."""
    return name in NOT_KEPT or name.startswith(SECRET)


def keep() -> None:
    """The form that has just come will wait on the log-in page that answers it."""
    g.form_waits = True


def kept_fields() -> Markup:
    """The hidden fields of the form that waits, for the forms of the log-in; nothing when none does."""
    return Markup("").join(_FIELD.format(name, value) for name, value in _waiting())


def _waiting() -> Iterator[tuple[str, str]]:
    if g.get("form_waits"):
        yield AGAIN, request.path
    for name, values in request.form.lists():
        if g.get("form_waits"):
            yield from ((PREFIX + name, value) for value in values if not not_kept(name))
        elif name == AGAIN or name.startswith(PREFIX):
            yield from ((name, value) for value in values)


def come_back() -> bool:
    """Whether this form has waited and is at its own address again; then `request.form` is as it was first sent."""
    if request.form.get(AGAIN) != request.path:
        return False
    g.form_came_back = True
    fields = [(name, value) for name, values in request.form.lists() for value in values]
    first = [(name.removeprefix(PREFIX), value) for name, value in fields if name.startswith(PREFIX)]
    request.form = ImmutableMultiDict(first)  # pyright: ignore[reportAttributeAccessIssue] (werkzeug lets it be set)
    return True


def has_come_back() -> bool:
    """Whether the page being made gives back a form that has waited."""
    return "form_came_back" in g


def page_of(path: str) -> str:
    """The page on which a form that is sent to this address stands: the nearest one above."""
    routes = current_app.url_map.bind("")
    while path and not routes.test(path, "GET"):
        path = path.rpartition("/")[0]
    return path or "/"
