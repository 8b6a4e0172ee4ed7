"""A right that a town can give opens something today, or is declared as one to come: never both, never neither."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from gateway.pages.agent import access as agent_access, rights
from services.accounts.schemas.rights import RIGHTS, TO_COME

ROOT = Path(__file__).parent.parent.parent
ASKS = ("may", "_may", "require", "require_agent")
"""The functions that ask whether an actor holds a right."""


@cache
def guards() -> set[str]:
    """The rights that a route or a call of a service asks for: `may(actor, "…")`, `"…" in actor.permissions`."""
    return {
        right
        for folder in ("services", "gateway")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "pages" not in path.relative_to(ROOT).parts
        for right in asked_in(ast.parse(path.read_text(encoding="utf-8")))
    }


def asked_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=asking, args=arguments) if name_of(asking) in ASKS:
                yield from (
                    one.value for one in arguments if isinstance(one, ast.Constant) and isinstance(one.value, str)
                )
            case ast.Compare(left=ast.Constant(value=str(right)), comparators=[held]) if name_of(held) == "permissions":
                yield right


def name_of(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


@pytest.mark.parametrize("right", RIGHTS)
def test_a_right_guards_something_or_is_declared_as_one_to_come(right: str) -> None:
    assert (right in guards()) is (right not in TO_COME)


def test_every_required_right_can_be_given_by_a_town() -> None:
    assert guards() - set(RIGHTS) == set()


def test_every_right_has_its_words_on_administrators_pages_and_one_to_come_says_so() -> None:
    assert set(rights.LABELS) == set(RIGHTS)
    assert {right for right in RIGHTS if rights.label(right).endswith("(à venir)")} == set(TO_COME)


def test_an_agent_is_shown_effective_rights_alone() -> None:
    assert set(agent_access.RIGHTS) & set(TO_COME) == set()
