"""Filters and globals that every template may use."""

from collections.abc import Callable
from typing import cast

import segno
from flask import Flask
from markupsafe import Markup

from gateway.dates import FILTERS, Moment, ago, to_come
from gateway.http.security import CSRF_FIELD, current_security
from gateway.routes import COMMAND_FIELD, new_id, now
from gateway.sessions import kept_forms
from gateway.sessions.identity import current_identity, current_person
from gateway.town import town_book
from services.chassis.rpc.text_direction import strip_bidi


def csrf_field() -> Markup:
    """The hidden field that every form must hold."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(CSRF_FIELD, current_security().csrf_token())


def command_field() -> Markup:
    """The hidden field that makes a double click one command."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(COMMAND_FIELD, new_id())


class _Lazy:
    """What a template may use, read only when it does; without it, it is false and its attributes are None."""

    def __init__(self, read: Callable[[], object]) -> None:
        self._read = read

    def __bool__(self) -> bool:
        return self._read() is not None

    def __getattr__(self, name: str) -> object:
        found = self._read()
        return None if found is None else getattr(found, name)


def _ago(moment: Moment) -> str:
    return ago(moment, now())


def _qr_code(address: str) -> Markup:
    """The address as a drawing that stands in the page itself: a saved receipt fetches nothing."""
    return Markup(segno.make(address, error="m").svg_inline(scale=3, light="#fff"))  # noqa: S704 (dots alone) # nosec B704


def _to_come(moment: Moment | None) -> bool:
    return moment is not None and to_come(moment, now())


def install(app: Flask) -> None:
    """Filters and globals; none of them costs a call unless a template uses it."""
    for name, function in FILTERS.items():
        app.add_template_filter(function, name)
    app.add_template_filter(_ago, "ago")
    app.add_template_filter(_qr_code, "qr_code")
    app.add_template_test(_to_come, "to_come")
    app.add_template_test(kept_forms.not_kept, "not_kept")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.finalize = strip_bidi  # texts that were kept before their direction was checked on arrival
    shared = cast("dict[str, object]", vars(app.jinja_env)["globals"])  # which jinja2 does not declare
    shared.update(
        csrf_field=csrf_field,
        csrf_token=lambda: current_security().csrf_token(),
        command_field=command_field,
        kept_fields=kept_forms.kept_fields,
        form_came_back=kept_forms.has_come_back,
        town=_Lazy(lambda: town_book().town()),
        me=_Lazy(current_person),
        actor=_Lazy(lambda: current_identity().actor()),
        now=now,
    )
    for setting in ("PUBLIC_URL", "MAIL_INBOX_URL"):
        shared[setting.lower()] = app.config[setting]


def compile_templates(app: Flask) -> None:
    """All of them, once: else the first to come to a page after a start would hold up everybody until it is compiled."""
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)
