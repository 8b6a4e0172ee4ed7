"""Who is asking: found once per HTTP request from session, visitor and tracking cookies, or from the API's headers."""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import cast

from flask import Flask, Response, current_app, g, request

from gateway.clients import Clients
from gateway.permissions import Permission
from gateway.sessions import cookies
from gateway.sessions.cookies import CookieJar
from services.accounts.schemas.log_in import CurrentSession, ReadSession
from services.chassis.actors import Actor
from services.chassis.errors import Forbidden, Invalid, NotFound, Refusal, Unavailable
from services.townhall.untyped import entry

SESSION_CACHE_SECONDS = 5.0
SESSIONS_CACHED = 10_000
TRACKING_HEADER = "Parvis-Tracking"
IDEMPOTENCY_HEADER = "Idempotency-Key"
LONGEST_TOKEN = 512
SHORTEST_VISITOR = 20


class NotLoggedIn(Forbidden):
    message = "Connectez-vous pour continuer."


class NotAllowed(Forbidden):
    message = "Cette page ne vous est pas ouverte."


Person = CurrentSession
"""Somebody logged in: what accounts said of the session, kept for a few seconds."""


class Sessions:
    """What accounts said of each session: for at most five seconds, and while accounts is silent until the session ends by itself.

    Only while this gateway is subscribed to SessionEnded: nothing is kept while the broker is away.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: OrderedDict[str, tuple[float, Person]] = OrderedDict()
        self._subscribed = False

    def get(self, session: str, ask: Callable[[], CurrentSession], now: datetime) -> Person:
        digest = digest_of(session)
        until, known = self._known.get(digest, (0.0, None))
        if known is not None and self._subscribed and until > self._clock():
            return known
        try:
            answer = ask()
        except Unavailable:
            if known is not None and self.knows(session, now):
                return known
            raise
        except Refusal:
            self.forget(digest)
            raise
        ends = answer.idle_expires_at
        person = replace(answer, warned_at=answer.warned_at or ends, ends_at=answer.ends_at or ends)
        if self._subscribed:
            self._known[digest] = (self._clock() + SESSION_CACHE_SECONDS, person)
            if len(self._known) > SESSIONS_CACHED:
                self._known.popitem(last=False)
        return person

    def knows(self, session: str, now: datetime) -> bool:
        """Whether who holds it can be said without accounts: it said so before, and the session has not ended since."""
        _, known = self._known.get(digest_of(session), (0.0, None))
        return self._subscribed and known is not None and datetime.fromisoformat(known.idle_expires_at) > now

    def remembered(self, session: str, now: datetime) -> Person | None:
        """Who holds it, where that can be said without accounts: it is not asked, and the session is not prolonged by it."""
        return self._known[digest_of(session)][1] if self.knows(session, now) else None

    def forget(self, digest: str) -> None:
        """Called when SessionEnded is received, and at once when what ended the session came through this gateway."""
        self._known.pop(digest, None)

    def forget_of(self, person_id: str) -> None:
        """Called at once when sessions of that person were ended through this gateway; the others receive SessionEnded."""
        for digest in [digest for digest, (_, person) in self._known.items() if person.actor.id == person_id]:
            self.forget(digest)

    def subscribed(self, subscribed: bool) -> None:
        """Sets whether SessionEnded reaches this gateway; what may have been missed is forgotten."""
        self._subscribed = subscribed
        self._known.clear()


def digest_of(session: str) -> str:
    """The sha256 by which accounts names a session in SessionEnded."""
    return hashlib.sha256(session.encode()).hexdigest()


class Identity:
    """Reads who is asking, and writes what the browser must remember. One per application."""

    def __init__(self, clients: Clients, sessions: Sessions, jar: CookieJar) -> None:
        self._clients = clients
        self.sessions = sessions
        self.jar = jar

    # --- reading

    def visitor(self) -> str:
        """The browser's own random name. A program that keeps no cookie has one for each idempotency key: sent again
        after a lost answer, its command is its own. Without either, one for this request alone."""
        if "visitor" not in g:
            value = request.cookies.get(self.jar.visitor, "")
            if not _is_a_name(value):
                value, g.visitor_is_new = self._new_visitor(), True
            g.visitor = value
        return g.visitor

    def _new_visitor(self) -> str:
        key = request.headers.get(IDEMPOTENCY_HEADER, "") if request.path.startswith("/api/") else ""
        return cookies.visitor_of(key, self.jar.secret) if key else cookies.new_visitor()

    def lasting_visitor(self) -> str:
        """The same, with a cookie for the browser: for pages with a form, and for what is made in the visitor's name."""
        visitor = self.visitor()
        g.keep_visitor = "visitor_is_new" in g
        return visitor

    def known_visitor(self) -> str | None:
        """Whose drafts this browser has kept so far, as requests names them; None for one that never was here."""
        visitor = self.visitor()
        return None if "visitor_is_new" in g else digest_of(visitor)

    def voter(self) -> str:
        """The name under which this browser answers polls. It outlives the log-out, which gives the visitor a new one."""
        value = request.cookies.get(self.jar.voter, "")
        return digest_of(value if _is_a_name(value) else cookies.voter_of(self.visitor(), self.jar.secret))

    def lasting_voter(self) -> str:
        """The same, with a cookie for the browser: for an answer that was counted."""
        if not _is_a_name(request.cookies.get(self.jar.voter, "")):
            g.keep_voter = True
        return self.voter()

    def session_token(self) -> str | None:
        scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
        if bearer and scheme.lower() == "bearer" and request.path.startswith("/api/"):
            return bearer.strip()[:LONGEST_TOKEN]
        value = request.cookies.get(self.jar.session)
        return value[:LONGEST_TOKEN] if value else None

    def tracking_tokens(self) -> tuple[str, ...]:
        tokens = cookies.read_tracking(request.cookies.get(self.jar.tracking, ""))
        header = request.headers.get(TRACKING_HEADER)
        return (header[:LONGEST_TOKEN], *tokens) if header else tokens

    def person(self) -> Person | None:
        """Who is logged in; None when no one is, or when the session has ended.

        Unavailable when no service can say: asked once, for the error page has no time to ask again.
        """
        if "person_unknown" in g:
            raise entry(vars(g), "person_unknown", Unavailable)  # of below
        if "person" not in g:
            try:
                g.person = self._find_person()
            except Unavailable as unavailable:
                g.person_unknown = unavailable
                raise
        return g.person

    def person_if_known(self) -> Person | None:
        """Who is logged in; None also while that cannot be said: for what is the same for everyone."""
        try:
            return self.person()
        except Unavailable:
            return None

    def actor(self) -> Actor:
        person = self.person()
        if person is not None:
            return replace(person.actor, tokens=self.tracking_tokens())
        return self._visiting()

    def _visiting(self) -> Actor:
        return Actor(kind="visitor", id=digest_of(self.visitor()), tokens=self.tracking_tokens())

    def _find_person(self) -> Person | None:
        session = self.session_token()
        if session is None:
            return None
        brief = g.get("brief", False) or self.sessions.knows(session, _now())
        try:
            return self.person_of(session, brief=brief)
        except (Forbidden, Invalid, NotFound):
            g.session_ended = True
            return None

    def person_of(self, session: str, *, brief: bool = False) -> Person:
        """Who holds this session, even before the browser presents it."""
        asked, visiting = ReadSession(session=session), self._visiting()
        return self.sessions.get(session, lambda: self._clients.send(asked, actor=visiting, brief=brief), _now())

    # --- writing

    def forget_presented(self) -> None:
        """The session that came with this request was ended: this gateway does not wait for the event."""
        session = self.session_token()
        if session is not None:
            self.sessions.forget(digest_of(session))

    def log_in(self, response: Response, session: str) -> None:
        """Gives the browser the new session; the log-in has ended the one before."""
        self.forget_presented()
        self.jar.put(response, self.jar.session, session)
        for known in ("person", "session_ended"):
            g.pop(known, None)

    def forget_person(self) -> None:
        """For the rest of this answer no person is logged in: the request ended the session."""
        g.person = None

    def log_out(self, response: Response) -> None:
        """Leaves nothing of the person in the browser: session, visitor's drafts, tracking links, searches. That polls
        were answered there stays: it names no one, and the next visitor's answer would be a second one."""
        self.forget_presented()
        for name in (self.jar.session, self.jar.visitor, self.jar.tracking, self.jar.searches, self.jar.sign_up):
            self.jar.drop(response, name)
        g.logged_out = True

    def keep_tracking(self, response: Response, token: str) -> None:
        tokens = cookies.read_tracking(request.cookies.get(self.jar.tracking, ""))
        self.jar.put(response, self.jar.tracking, cookies.with_tracking(tokens, token), max_age=cookies.YEAR_SECONDS)

    def remember(self, response: Response) -> Response:
        """After each request: sets the cookie of a visitor who was given a lasting name, and drops an ended session."""
        if g.get("logged_out"):
            return response
        if g.get("keep_visitor"):
            self.jar.put(response, self.jar.visitor, self.visitor(), max_age=cookies.YEAR_SECONDS)
        if g.get("keep_voter"):
            voter = cookies.voter_of(self.visitor(), self.jar.secret)
            self.jar.put(response, self.jar.voter, voter, max_age=cookies.YEAR_SECONDS)
        if g.get("session_ended") and request.cookies.get(self.jar.session):
            self.jar.drop(response, self.jar.session)
        return response


def _now() -> datetime:
    return cast("Callable[[], datetime]", current_app.extensions["parvis.now"])()  # of `create_app`


def _is_a_name(value: str) -> bool:
    return SHORTEST_VISITOR <= len(value) <= LONGEST_TOKEN


def install(app: Flask, identity: Identity) -> None:
    app.extensions["parvis.identity"] = identity
    app.after_request(identity.remember)


def current_identity() -> Identity:
    return entry(current_app.extensions, "parvis.identity", Identity)  # of `install`


def current_actor() -> Actor:
    """Who holds the present HTTP request."""
    return current_identity().actor()


def current_person() -> Person | None:
    return current_identity().person()


def require(permission: Permission) -> None:
    """Lets pass, or refuses: NotLoggedIn when logging in may help, NotAllowed otherwise."""
    if permission.name == "public":
        return
    actor = current_actor()
    if permission.allows(actor):
        return
    details = {"log_in_page": permission.log_in_page}
    if actor.kind in ("visitor", "tracking"):
        raise NotLoggedIn(details=details)
    raise NotAllowed
