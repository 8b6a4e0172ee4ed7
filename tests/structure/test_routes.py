"""Every route of the gateway declares who may open it."""

import re
from functools import partial
from uuid import UUID

from flask import Flask
from werkzeug.exceptions import NotFound as WrongAddress
from werkzeug.routing import Rule

from gateway import permissions
from gateway.permissions import Permission
from tests.structure.lasting.everything import gateway
from tests.support.addresses import ADMINISTRATOR, AGENT, CITIZEN, NOT_LOOKED_AT, VISITOR

FILED = re.compile(r"\{\w+\}")
# Without a permission on purpose: they show no personal data.
OPEN = {"health.alive", "health.ready", "assets"}


def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint not in OPEN]


def test_every_route_declares_its_permission() -> None:
    app = gateway()
    forgotten = [rule.rule for rule in rules(app) if permission_of(app, rule) is None]

    assert forgotten == []


def test_every_permission_is_that_of_a_route() -> None:
    app = gateway()
    declared = {one.name for one in vars(permissions).values() if isinstance(one, Permission)}

    assert declared == {found.name for rule in rules(app) if (found := permission_of(app, rule))}


def test_every_api_operation_is_in_the_document() -> None:
    app = gateway()
    document = app.test_client().get("/api/v1/openapi.json").get_json()
    assert document["openapi"].startswith("3.1.")
    described = {
        (path, method.upper())
        for path, methods in document["paths"].items()
        for method in methods
        if method != "parameters"
    }
    served = {
        (_openapi_path(rule), method)
        for rule in rules(app)
        if hasattr(app.view_functions[rule.endpoint], "operation")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }

    assert served == described


def test_every_page_is_looked_at_in_a_browser_or_says_why_not() -> None:
    app = gateway()
    pages = {
        rule.rule
        for rule in rules(app)
        if "GET" in (rule.methods or set()) and hasattr(app.view_functions[rule.endpoint], "rules")
    }
    addresses = {*VISITOR, *CITIZEN, *AGENT, *ADMINISTRATOR}
    looked_at = {rule.rule for rule in map(partial(rule_of, app), addresses) if rule}

    assert pages - looked_at == set(NOT_LOOKED_AT)


def rule_of(app: Flask, address: str) -> Rule | None:
    """The route that serves it; None where there is none, for some are looked at to see what is said then. What stands in
    braces is read as an id."""
    try:
        rule, _ = app.url_map.bind("").match(
            FILED.sub(str(UUID(int=0)), address.partition("?")[0]), "GET", return_rule=True
        )
    except WrongAddress:
        return None
    return rule


def test_no_page_changes_anything_by_get() -> None:
    app = gateway()
    mixed = [
        rule.rule
        for rule in rules(app)
        if "GET" in (rule.methods or set()) and (rule.methods or set()) & {"POST", "PUT", "DELETE"}
    ]

    assert mixed == []


def permission_of(app: Flask, rule: Rule) -> Permission | None:
    view = app.view_functions[rule.endpoint]
    declared = getattr(view, "rules", None) or getattr(view, "operation", None)
    return declared.permission if declared else None


def _openapi_path(rule: Rule) -> str:
    return "".join(f"{{{part}}}" if is_dynamic else part for is_dynamic, part in rule._trace if part != "|")
