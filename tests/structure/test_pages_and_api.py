"""Everything the pages do, the JSON API can do: what a page asks of a service, an operation asks of it as well."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.support.stubs import declared_calls

GATEWAY = Path(__file__).parents[2] / "gateway"
# Asked for pages alone, with how a program comes by the same.
BY_OTHER_WAYS = {
    "accounts.activation": "POST /accounts/activation refuses a link that opens nothing, and asks the password besides",
    "accounts.open_email_confirmation": "POST /profile/email/confirmation refuses a link that opens nothing",
    "accounts.open_closure_return": "POST /profile/closure/withdrawal refuses a link that opens nothing",
    "accounts.open_email_undo": "POST /profile/email/undo refuses a link that opens nothing",
    "accounts.check_partner_form": "PUT /accounts/pending/partner-spaces/{slug} refuses by field what has not that form",
    "accounts.use_partner_pass": "no operation answers saved credentials; POST /profile/partner-spaces/{slug}/connection has the page",
    "documents.count_storage": "GET /storage has the pieces themselves",
    "requests.read_draft_link": "POST /draft-links refuses a link that opens nothing, or whose draft would replace another",
    "requests.draft_for": "GET /drafts has the draft; GET /procedures/{slug} has when places are free again",
}


def test_calls_of_pages_are_made_by_the_api_or_listed_as_exceptions() -> None:
    assert asked_by("pages") - asked_by("api") == set(BY_OTHER_WAYS)


def asked_by(folder: str) -> set[str]:
    """The methods of services named in this folder of the gateway, and in the gateway's own modules that it imports."""
    trees = [ast.parse(path.read_text("utf-8")) for path in sorted((GATEWAY / folder).rglob("*.py"))]
    shared = sorted({path for tree in trees for path in imported(tree)})
    trees.extend(ast.parse(path.read_text("utf-8")) for path in shared)
    return {method for tree in trees for method in methods_named(tree)}


def imported(tree: ast.Module) -> Iterator[Path]:
    """The gateway's modules outside pages, API and clients: `from gateway import journal`, `from gateway.town import town_book`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and f"{node.module}.".startswith("gateway."):
            for name in (node.module, *(f"{node.module}.{alias.name}" for alias in node.names)):
                path = GATEWAY.parent / f"{name.replace('.', '/')}.py"
                if path.exists() and name.split(".")[1] not in ("pages", "api", "clients"):
                    yield path


def methods_named(tree: ast.Module) -> Iterator[str]:
    """`service.method` of each declared call that is named."""
    declared = {cls.__name__: method for method, cls in declared_calls().items()}
    for node in ast.walk(tree):
        name = node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""
        if name in declared:
            yield declared[name]
