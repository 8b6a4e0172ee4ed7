"""The saved views of each agent."""

import json
from dataclasses import replace
from datetime import datetime
from typing import LiteralString

from services.chassis.contracts import from_json, to_json
from services.chassis.event_store.transaction import Transaction
from services.chassis.structs import Struct, made_of
from services.requests.schemas.saved_views import SaveView
from services.requests.schemas.work_list import MISSING, SORTS, VIEWS, Narrowed

OF_AGENT: LiteralString = """
SELECT view_id::text AS view_id, name, narrowed, chosen_columns FROM saved_views WHERE agent_id = %(agent)s ORDER BY lower(name), view_id
"""
SAVE: LiteralString = """
INSERT INTO saved_views (view_id, agent_id, name, narrowed, chosen_columns, saved_at)
VALUES (%(view_id)s, %(agent)s, %(name)s, %(narrowed)s, %(columns)s, %(now)s)
ON CONFLICT (view_id) DO UPDATE SET name = excluded.name, narrowed = excluded.narrowed, chosen_columns = excluded.chosen_columns,
    saved_at = excluded.saved_at
"""
FORGET: LiteralString = """
DELETE FROM saved_views s WHERE saved_at < %(before)s
    AND NOT EXISTS (SELECT FROM staff_views v WHERE v.agent_id = s.agent_id AND v.at >= %(before)s)
"""
REMOVE: LiteralString = "DELETE FROM saved_views WHERE agent_id = %(agent)s AND view_id = %(view_id)s"


class Saved(Struct):
    view_id: str
    name: str
    narrowed: Narrowed
    columns: tuple[str, ...]


def of_agent(tx: Transaction, agent: str) -> list[Saved]:
    """In the order of their names; what a later release saved and this one does not know is left out."""
    return [
        Saved(
            view_id=row["view_id"],
            name=row["name"],
            narrowed=_known(from_json(Narrowed, json.loads(row["narrowed"]))),
            columns=tuple(row["chosen_columns"]),
        )
        for row in tx.conn.execute(OF_AGENT, {"agent": agent}).fetchall()
    ]


def _known(narrowed: Narrowed) -> Narrowed:
    """Without a view, an order or a wait for pieces that this release does not have: the list would not know what to do with it."""
    return replace(
        narrowed,
        view=narrowed.view if narrowed.view in VIEWS else None,
        sort=narrowed.sort if narrowed.sort in SORTS else None,
        missing=narrowed.missing if narrowed.missing in MISSING else None,
    )


def save(tx: Transaction, agent: str, view_id: str, name: str, asked: SaveView) -> None:
    narrowed = to_json(made_of(Narrowed, asked))
    known = {one: value for one, value in narrowed.items() if value is not None}
    tx.conn.execute(
        SAVE,
        {
            "view_id": view_id,
            "agent": agent,
            "name": name,
            "narrowed": json.dumps(known),
            "columns": list(asked.columns),
            "now": tx.now,
        },
    )


def remove(tx: Transaction, agent: str, view_id: str) -> None:
    tx.conn.execute(REMOVE, {"agent": agent, "view_id": view_id})


def forget(tx: Transaction, before: datetime) -> None:
    """Those of agents who have looked at nothing since then, nor saved one."""
    tx.conn.execute(FORGET, {"before": before})
