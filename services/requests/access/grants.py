"""Grants: what requests lets an actor do with the exchanges and documents of one request, for ten minutes.

messaging and documents check the signature without a call. Shape: contract of the rooms, `docs/flows`.
"""

from collections.abc import Sequence

from services.chassis.actors import Actor
from services.chassis.settings import Settings
from services.townhall import grants


def grant(
    settings: Settings,
    *,
    request_id: str,
    number: str | None,
    side: str,
    rights: Sequence[str],
    actor: Actor,
    name: str,
    department: str = "",
    answers: tuple[str, int] | None = None,
) -> str:
    """`name`: who acts, a function or a person; `department`: by which the town signs to the person (`townhall/names.py`).

    `answers`: the procedure and version by which documents checks a piece, also before the request's events have arrived."""
    procedure, version = answers or (None, None)
    return grants.give(
        settings,
        actor,
        {
            "request": request_id,
            "number": number,
            "side": side,
            "rights": list(rights),
            "name": name,
            "department": department,
            **({"procedure": procedure, "version": version} if answers else {}),
        },
    )
