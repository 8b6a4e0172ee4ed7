"""Odd values in an address, a query or a form lead to a page or a refusal, and never to an incident."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, ClassVar
from urllib.parse import quote, urlencode

import orjson
import pytest
from flask import Flask
from flask.testing import FlaskClient
from marshmallow import ValidationError
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import Rule

from gateway.http.bodies import WholeRequest
from gateway.http.rate_limits import RateLimits
from services.chassis.errors import Invalid, NotFound
from services.procedures.schemas.definitions.procedures import APPLICANT_NAMES
from tests.support import agents_desk
from tests.support.demo_town import CAMILLE, DRAFT, NUMBER, definition
from tests.support.drafts import Drafts
from tests.support.stubs import Stubs, schema_of

ODD = ("\0", "a\nb", "\t//a.example", "{{ x }}", "é'\"<b>&x=#?%\\", "x" * 3000, "1e1000000", "9" * 40, "²")
GOOD = {
    "slug": "location-salle",
    "etape": "demande",
    "numero": NUMBER,
    "file_id": DRAFT,
    "exchange_id": DRAFT,
    "number": "1",
}
SESSION, BROWSER = "s" * 32, "v" * 32


class Recording(ImmutableMultiDict[str, Any]):
    """A form or a query that records the names that were read."""

    names: ClassVar[set[str]] = set()

    def __contains__(self, name: object) -> bool:
        self.names.add(str(name))
        return super().__contains__(name)

    def __getitem__(self, name: str) -> Any:
        self.names.add(name)
        return super().__getitem__(name)

    def getlist(self, key: str, *rest: Any) -> list[Any]:
        self.names.add(key)
        return super().getlist(key, *rest)


class RecordingRequest(WholeRequest):
    parameter_storage_class = Recording


@dataclass(frozen=True)
class Somebody:
    """A browser in front of the pages of one kind of people; no validator checks them, for there are thousands."""

    app: Flask
    client: FlaskClient
    csrf: str
    staff: bool
    site: str = "same-origin"

    def ask(self, method: str, address: str, query: str | None = None, form: dict[str, str] | None = None) -> int:
        """The status of the answer."""
        body = {"csrf": self.csrf, "draft_id": DRAFT, "version": "1"} | (form or {}) if method == "POST" else None
        headers = {"Cookie": f"parvis={SESSION}; parvis-visitor={BROWSER}", "Sec-Fetch-Site": self.site}
        return self.client.open(address, method=method, query_string=query, data=body, headers=headers).status_code

    def incidents(self, asked: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """Those of these requests that meet a defect."""
        return [one for one in asked if self.ask(*one) >= 500]

    def names_read(self, method: str, address: str) -> list[str]:
        """What its view reads of a query or a form."""
        Recording.names.clear()
        self.ask(method, address)
        return sorted(Recording.names - {"csrf"})

    def routes(self, *methods: str) -> list[tuple[str, Rule]]:
        """Of the pages made for these people, with the method."""
        return [
            (method, rule)
            for rule in self.app.url_map.iter_rules()
            for method in methods
            if method in (rule.methods or ())
            and "rules" in vars(self.app.view_functions[rule.endpoint])
            and rule.rule.startswith("/agent") == self.staff
        ]


def address(rule: Rule, **odd: str) -> str:
    """The address of that route, with everything in it right but what is given."""
    values = {**dict.fromkeys(rule.arguments, "x"), **GOOD, **odd}
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda part: quote(values[part[1]], safe=""), rule.rule)


@pytest.fixture
def strict(services: Stubs, drafts: Drafts, monkeypatch: pytest.MonkeyPatch) -> Stubs:
    """Services that take what the real ones take, as the broker carries it, and know nothing but the town's own."""
    answer = services.call

    def call(method: str, body: dict[str, Any], **options: Any) -> Any:
        try:
            schema_of(method).load(orjson.loads(orjson.dumps(body)))
        except ValidationError:
            raise Invalid from None
        if method not in services.answers:
            raise NotFound
        try:
            return answer(method, body, **options)
        except StopIteration:
            raise NotFound from None

    monkeypatch.setattr(services, "call", call)
    drafts.open({"procedure": GOOD["slug"]}, CAMILLE)
    return services


@pytest.fixture(params=["citizen", "agent"])
def somebody(app: Flask, strict: Stubs, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Somebody:
    if request.param == "agent":
        agents_desk.furnish(strict)
        permissions = (*agents_desk.AGENT.permissions, "read_audit_log")
        strict["accounts.session"] = agents_desk.session_of(replace(agents_desk.AGENT, permissions=permissions))
    monkeypatch.setattr(app, "request_class", RecordingRequest)
    app.extensions["parvis.security"].limits = RateLimits(1e9)
    client = FlaskClient(app, use_cookies=False)
    form = client.get("/suivi", headers={"Cookie": f"parvis-visitor={BROWSER}"}).text
    found = re.search(r'name="csrf" value="([^"]+)"', form)
    assert found is not None
    return Somebody(app, client, found[1], staff=request.param == "agent")


def test_odd_values_in_an_address_cause_no_incident(somebody: Somebody) -> None:
    asked = [
        (method, address(rule, **{name: odd}))
        for method, rule in somebody.routes("GET", "POST")
        for name in rule.arguments
        for odd in ODD
    ]

    assert len(asked) > 50
    assert somebody.incidents(asked) == []


def test_odd_values_in_a_query_cause_no_incident(somebody: Somebody) -> None:
    asked = [
        (method, address(rule), urlencode({name: odd}))
        for method, rule in somebody.routes("GET")
        for name in somebody.names_read(method, address(rule))
        for odd in ODD
    ]

    assert len(asked) > 50
    assert somebody.incidents(asked) == []


def test_odd_values_in_a_form_cause_no_incident(somebody: Somebody, faults: str) -> None:
    """Each value in all fields at once, and in each field alone: at gate counts a field gets each third value, by turns."""
    asked = [
        (method, address(rule), None, form)
        for method, rule in somebody.routes("POST")
        for names in [somebody.names_read(method, address(rule))]
        for turn, odd in enumerate(ODD)
        for form in [
            dict.fromkeys(names, odd),
            *({name: odd} for rank, name in enumerate(names) if faults == "release" or (turn + rank) % 3 == 0),
        ]
    ]

    assert len(asked) > 50
    assert somebody.incidents(asked) == []


@pytest.mark.parametrize("wrong", [{"csrf": "forged"}, {"site": "cross-site"}], ids=["forged", "another site"])
def test_forged_and_cross_site_forms_are_refused(somebody: Somebody, strict: Stubs, wrong: dict[str, str]) -> None:
    ids = dict.fromkeys(("agent_id", "member_id", "session_id", "slot_id", "absence_id"), DRAFT)
    forms = [address(rule, **ids) for _, rule in somebody.routes("POST")]

    assert {form: replace(somebody, **wrong).ask("POST", form) for form in forms} == dict.fromkeys(forms, 403)
    assert [asked.method for asked in strict.asked if asked.command_id] == []


def test_a_page_is_closed_to_users_of_another_kind(somebody: Somebody) -> None:
    ids = dict.fromkeys(("agent_id", "member_id", "session_id", "slot_id", "absence_id"), DRAFT)
    pages = {
        address(rule, **ids): vars(somebody.app.view_functions[rule.endpoint])["rules"].permission
        for _, rule in replace(somebody, staff=not somebody.staff).routes("GET")
    }
    log_in_pages = {page: asked.log_in_page for page, asked in pages.items() if asked.name != "public"}
    closed = [page for page, asked in pages.items() if asked.name not in ("public", "follower")]

    assert {page: somebody.ask("GET", page) for page in closed} == dict.fromkeys(closed, 403)
    led = {page: str(somebody.client.get(page).location).partition("?suite=")[0] for page in log_in_pages}
    assert led == log_in_pages


@pytest.mark.parametrize("somebody", ["citizen"], indirect=True)
@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("slug", ["location-salle", "signalement-voirie"])
def test_odd_values_in_a_draft_break_no_page(somebody: Somebody, drafts: Drafts, slug: str, odd: str) -> None:
    here = f"/demarches/{slug}"
    names = [*APPLICANT_NAMES, *(field["name"] for field in definition(slug)["fields"])]
    form = {name: odd for whole in names for name in (whole, f"{whole}.city")}
    drafts.kept.clear()
    drafts.open({"procedure": slug}, CAMILLE)

    for step in ("informations", "demande"):
        assert somebody.ask("POST", f"{here}/etape/{step}", form=form) == 303

    steps = ("informations?verifier", "demande?verifier", "recapitulatif")
    pages = (here, f"{here}/abandonner", *(f"{here}/etape/{step}" for step in steps), "/demarches", "/mon-accueil")
    assert {page: somebody.ask("GET", page) for page in pages} == dict.fromkeys(pages, 200)
