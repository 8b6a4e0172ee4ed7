"""Appends by eight writer processes, in the chassis and by raw INSERT, in a database beside those of the services.

The relay numbers what is appended while a reader follows the positions: it must see 1, 2, 3 … and every event.
"""

import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing.synchronize import Barrier
from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier

from deploy.command.layout import ROOT
from services.chassis.event_store import db
from services.chassis.event_store.events import Event
from services.chassis.event_store.store import Store
from services.chassis.process.migrate import migrate
from services.chassis.settings import Settings

SERVICE = "bench"
WRITERS = 8
WARM_SECONDS = 0.7
NOTE = "The lamp on the corner has been dark since Monday. " * 3
RAW_TABLE = """
CREATE TABLE IF NOT EXISTS raw_events (
    stream uuid NOT NULL, version bigint NOT NULL, topic text, state bytea, id bigserial UNIQUE,
    PRIMARY KEY (stream, version)
)
"""
RAW = "INSERT INTO raw_events (stream, version, topic, state) VALUES (%s, %s, %s, %s) RETURNING id"
CATCH_UP_SECONDS = 60

Step = Callable[[], object]


class LampReported(Event, public=True, source=SERVICE):
    """Some 320 bytes, as in the peers' measures."""

    subject: str = "Broken street light"
    status: str = "in_progress"
    by: str = "clerk-17"
    at: str = "2026-11-24T22:00:00+00:00"
    lat: float = 52.370216
    lon: float = 4.895168
    note: str = NOTE


@dataclass(frozen=True, kw_only=True)
class Appends:
    """Medians of the runs, in events a second; `skipped` by the reader of positions over all of them."""

    raw: float
    chassis: float
    stored: int
    skipped: int
    out_of_order: int


def chassis_writer(settings: Settings) -> Step:
    """As a use case appends: in a transaction, which it shares with whatever else the command writes."""
    store = Store(settings, SERVICE)

    def append() -> None:
        with store.transaction() as tx:
            tx.append(f"lamp-{uuid.uuid4()}", [LampReported()])

    return append


def raw_writer(settings: Settings) -> Step:
    conn = psycopg.connect(settings.owner_database(SERVICE), autocommit=True)
    state = json.dumps(vars(LampReported())).encode()
    return lambda: conn.execute(RAW, (uuid.uuid4(), 1, "LampReported", state), prepare=True).fetchall()


def measure(settings: Settings, environment: dict[str, str], *, seconds: float, repeats: int) -> Appends:
    """Raw and chassis in turn, so that what else the machine does hits both alike."""
    # The measured role owns nothing, as in a service; raw INSERT uses the owner's.
    migrate(settings, SERVICE)
    with db.connect(settings.owner_database(SERVICE), "parvis-bench") as conn:
        conn.execute(RAW_TABLE)
    relay = subprocess.Popen(
        [sys.executable, "-m", "services.chassis.bus.relay", SERVICE],
        cwd=ROOT,
        env={**environment, "HEALTH_PORT": "0"},
        stdout=subprocess.DEVNULL,
    )
    context = multiprocessing.get_context("spawn")
    stop, results = context.Event(), context.Queue()
    reader = context.Process(target=_read, args=(settings, stop, results), daemon=True)
    reader.start()
    raw, chassis = [], []
    try:
        for _ in range(repeats):
            raw.append(_fan_out(context, raw_writer, settings, seconds))
            chassis.append(_fan_out(context, chassis_writer, settings, seconds))
        _catch_up(settings)
    finally:
        stop.set()
        seen, out_of_order = results.get(timeout=CATCH_UP_SECONDS)
        reader.join()
        relay.terminate()
        relay.wait()
    stored = _count(settings, "events")
    return Appends(
        raw=statistics.median(raw),
        chassis=statistics.median(chassis),
        stored=stored,
        skipped=stored - seen,
        out_of_order=out_of_order,
    )


def _fan_out(context: Any, writer: Callable[[Settings], Step], settings: Settings, seconds: float) -> float:
    """Events a second of all writers, without their first moments."""
    gate, results = context.Barrier(WRITERS), context.Queue()
    children = [
        context.Process(target=_write, args=(writer, settings, seconds, gate, results), daemon=True)
        for _ in range(WRITERS)
    ]
    for child in children:
        child.start()
    written = sum(results.get(timeout=60 + seconds) for _ in children)
    for child in children:
        child.join()
    return written / seconds


def _write(writer: Callable[[Settings], Step], settings: Settings, seconds: float, gate: Barrier, results: Any) -> None:
    step = writer(replace(settings, database_pool_size=1))
    step()
    gate.wait(60)
    begin = time.perf_counter() + WARM_SECONDS
    written = 0
    while (now := time.perf_counter()) < begin + seconds:
        step()
        written += now >= begin
    results.put(written)
    results.close()
    results.join_thread()
    os._exit(0)


def _read(settings: Settings, stop: Any, results: Any) -> None:
    """Follows the positions as any reader may; returns how many it saw, and how often the next one was not the next."""
    sql = "SELECT position FROM positions WHERE position > %s ORDER BY position LIMIT 500"
    last = seen = strange = 0
    with db.connect(settings.database(SERVICE), "parvis-bench-reader") as conn:
        while True:
            ending = stop.is_set()
            rows = conn.execute(sql, (last,)).fetchall()
            for row in rows:
                strange += row["position"] != last + 1
                last = row["position"]
            seen += len(rows)
            if ending and not rows:
                break
            time.sleep(0 if rows else 0.005)
    results.put((seen, strange))


def _catch_up(settings: Settings) -> None:
    deadline = time.monotonic() + CATCH_UP_SECONDS
    while _count(settings, "outbox") and time.monotonic() < deadline:
        time.sleep(0.1)


def _count(settings: Settings, table: str) -> int:
    with db.connect(settings.owner_database(SERVICE), "parvis-bench") as conn:
        return conn.execute(SQL("SELECT count(*) AS n FROM {}").format(Identifier(table))).fetchall()[0]["n"]
