"""The frame of pages: a blueprint whose every route declares its permission, and what each form carries."""

import string
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from http import HTTPStatus
from importlib import import_module
from pkgutil import walk_packages
from typing import TypeVar, cast
from urllib.parse import quote

from flask import Blueprint, current_app, g, redirect, request
from werkzeug.datastructures import HeaderSet
from werkzeug.wrappers import Response as AnyResponse

from gateway.clients import A
from gateway.conversation import clients
from gateway.http.compression import is_someone
from gateway.http.rate_limits import Limit
from gateway.http.security import PUBLIC_UNLESS_CHANGED, FormNotOurs, capability_page, current_security
from gateway.kept_pages import kept_pages
from gateway.permissions import Permission
from gateway.sessions import kept_forms
from gateway.sessions.identity import require
from services.chassis.contracts import RemoteCall
from services.chassis.errors import Refusal

Answer = AnyResponse | str | tuple[str, int]
"""What a view returns: a response, a page, or a page with its status."""
View = Callable[..., Answer]
V = TypeVar("V", bound=View)
K = TypeVar("K", bound=Blueprint)
FORM_BYTES = 256 * 1024
COMMAND_FIELD = "command_id"


@dataclass(frozen=True)
class RouteRules:
    """What was declared with a route; the structure tests read it."""

    permission: Permission
    limit: Limit | None = None
    max_bytes: int | Callable[[], int] = FORM_BYTES
    capability: bool = False
    cacheable: bool = False
    brief: bool = False
    reopen: View | None = None
    outdated: View | None = None


class Pages(Blueprint):
    """Routes of pages. `get` and `post` only, each with its permission; a post checks that the form is ours."""

    def get(  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        rule: str,
        *,
        permission: Permission,
        limit: Limit | None = None,
        capability: bool = False,
        cacheable: bool = False,
        brief: bool = False,
        endpoint: str | None = None,
    ) -> Callable[[V], V]:
        """`capability`: the address is a secret. `cacheable`: without a cookie the page is the same for everyone and holds no form
        to send: it is kept for a second at most (`kept_pages.py`); browsers and proxies may keep it, and ask each time whether it has changed.
        `brief`: it is shown within two seconds whatever is silent, so who asks may stay unknown."""
        rules = RouteRules(permission, limit=limit, capability=capability, cacheable=cacheable, brief=brief)
        return self._open(rule, "GET", rules, endpoint)

    def post(  # pyright: ignore[reportIncompatibleMethodOverride]
        self,
        rule: str,
        *,
        permission: Permission,
        limit: Limit | None = None,
        max_bytes: int | Callable[[], int] = FORM_BYTES,
        capability: bool = False,
        endpoint: str | None = None,
        reopen: View | None = None,
        outdated: View | None = None,
    ) -> Callable[[V], V]:
        """`max_bytes`: the largest body; a function when the town decides (uploads). `reopen`: answers in the view's
        place a form that waited for a log-in, with the form filled as it was; without it, its page is opened anew.
        `outdated`: answers a form that was open for too long or came from elsewhere, in place of the error page."""
        rules = RouteRules(permission, limit, max_bytes, capability, reopen=reopen, outdated=outdated)
        return self._open(rule, "POST", rules, endpoint)

    def _open(self, rule: str, method: str, rules: RouteRules, endpoint: str | None) -> Callable[[V], V]:
        def declare(view: V) -> V:
            name = endpoint or (view.__name__ if method == "GET" else f"{view.__name__}_post")
            self.add_url_rule(rule, name, guarded(view, rules), methods=[method])
            return view

        return declare


def served_in(folders: Iterable[str], package: str, kind: type[K]) -> list[K]:
    """Every blueprint of that kind in the package of these folders: a module there is served by being there."""
    found: list[K] = []
    for module in walk_packages(folders, f"{package}."):
        members: dict[str, object] = vars(import_module(module.name))
        found.extend(value for value in members.values() if isinstance(value, kind) and value not in found)
    return found


def guarded(view: View, rules: RouteRules) -> View:
    """The view behind what its route declares: size first, then who, then how often, then where the form comes from."""

    @wraps(view)
    def enter(**arguments: object) -> AnyResponse:
        if rules.capability:
            capability_page()
        posting = request.method == "POST"
        g.brief = rules.brief
        if posting:
            request.max_content_length = rules.max_bytes if isinstance(rules.max_bytes, int) else rules.max_bytes()
        require(rules.permission)
        if rules.limit is not None:
            current_security().spend(rules.limit)
        answer = _answering(view, rules) if posting else view

        def make() -> AnyResponse:
            return current_app.make_response(answer(**arguments))

        return _cacheable(kept_pages().answer(make)) if rules.cacheable and not is_someone() else make()

    vars(enter)["rules"] = rules
    return enter


def _cacheable(response: AnyResponse) -> AnyResponse:
    """304 where it is what the browser or proxy has. The tag is weak: the answer may leave compressed."""
    if response.status_code != HTTPStatus.OK:
        return response
    response.headers["Cache-Control"] = PUBLIC_UNLESS_CHANGED
    cast("HeaderSet", response.vary).add("Cookie")  # as werkzeug makes it
    response.add_etag(weak=True)  # unless it has one
    return response.make_conditional(request)


def _answering(view: View, rules: RouteRules) -> View:
    """What answers this form: the view, once it is known to be ours and of today."""
    try:
        current_security().check_form()
    except FormNotOurs:
        if rules.outdated is None:
            raise
        return rules.outdated
    return (rules.reopen or _page_again) if kept_forms.come_back() else view


def _page_again(**_: object) -> AnyResponse:
    return see_other(kept_forms.page_of(request.path))


def see_other(address: str, status: int = HTTPStatus.SEE_OTHER) -> AnyResponse:
    """After a form has done its work: reload the page it leads to, not the form. The address may hold what was typed:
    what no header may hold is escaped."""
    return redirect(quote(address, safe=string.punctuation), status)


def own_address(asked: str) -> str:
    """That address, if it is one of this portal: browsers read a backslash as a slash, and some signs as nothing."""
    plain = asked.isprintable() and not set(asked) & {" ", "\\"}
    return asked if plain and asked.startswith("/") and not asked.startswith("//") else ""


def command_id() -> uuid.UUID:
    """The id that the form carried: sent twice, it is one command. A form without one gets a fresh id."""
    return id_or_none(request.form.get(COMMAND_FIELD, "")) or new_id()


def send_command(asked: RemoteCall[A]) -> A:
    """The outcome of the command that the form stands for, under the form's id."""
    return clients().send(asked, command_id=command_id())


def seen_version() -> int:
    """`version` of the form: of what the person was looking at; 1, which is mostly out of date, where it is no number."""
    version = request.form.get("version", "")
    return max(int(version), 1) if version.isdecimal() and len(version) < 10 else 1


def typed_id(text: str, refusal: type[Refusal]) -> uuid.UUID:
    """The id in an address or a form; raises that refusal where it is none."""
    found = id_or_none(text)
    if found is None:
        raise refusal
    return found


def id_or_none(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def new_id() -> uuid.UUID:
    return cast("Callable[[], uuid.UUID]", current_app.extensions["parvis.new_id"])()  # of `create_app`


def now() -> datetime:
    return cast("Callable[[], datetime]", current_app.extensions["parvis.now"])()  # of `create_app`
