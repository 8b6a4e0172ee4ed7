"""What a call asks of PostgreSQL."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest


def executed(monkeypatch: pytest.MonkeyPatch, call: Callable[[], Any]) -> list[str]:
    """The statements of a call, in order."""
    statements: list[str] = []
    execute = psycopg.Cursor.execute

    def recorded(self: Any, query: Any, *given: Any, **options: Any) -> Any:
        statements.append(str(query))
        return execute(self, query, *given, **options)

    with monkeypatch.context() as patch:
        patch.setattr(psycopg.Cursor, "execute", recorded)
        call()
    return statements
