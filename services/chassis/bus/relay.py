"""The relay: `python -m services.chassis.bus.relay` numbers committed events and publishes them, in one order for each source.

One thread a database. A second relay waits for the first one's lock. Servers of a cluster do not share it: a relay whose server
leads no more may hold the old one beside the new one's holder. It can number nothing, for that commit waits for a standby; what it
still publishes bears the numbers that the new leader has too (decision 56). What it publishes it publishes at least once, in the
order of positions, with confirms; the position up to which each audience has received is in the database. The broker may be away for days:
appends go on, and the relay catches up.

Without work it waits: an append wakes it after the commit (`signals.py`), or the commit itself does
(`Transaction.wake_relay`). It looks by itself too, seldom, for a wake-up after a commit may be lost with the process that is to send it.
"""

import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, LiteralString

from services.chassis import essential_threads, logs, metrics, town_id
from services.chassis.bus.audience import Audience, OwnServices, Partners
from services.chassis.bus.broker_connection import BrokerDown
from services.chassis.event_store import db, signals
from services.chassis.health import Health
from services.chassis.service_list import service_names
from services.chassis.settings import Settings, WrongSetting

BATCH = 500
BUSY_SECONDS = 0.02
STAYS_BUSY_SECONDS = 2 * signals.NOTIFIES_EVERY_SECONDS
HELD_UP_SECONDS = 0.1  # while there is something to publish and its broker cannot be reached
LOOK_SECONDS = 20.0  # without a wake-up; heartbeats go with it
COUNT_SECONDS = 60.0  # of what is not published, where it was nothing
UNPUBLISHED_LOOK_SECONDS = 5.0  # while there is any
AWAY_LOOK_SECONDS = 1.0  # while a broker is away: nothing notifies the relay of its return
PAUSE_SECONDS = 1.0  # after a failure to publish to an audience
VACUUM_EVERY = 5_000

LOCK: LiteralString = "SELECT pg_try_advisory_lock(7310002) AS ours"
# Changes nothing. Once it is committed, the standbys have every number that this relay sees: none is given twice after a fail-over.
CONFIRM: LiteralString = "UPDATE marks SET position = position WHERE name = ANY(%(audiences)s)"
# Asked all day: whether there is anything to number, to publish, or to note as published.
PENDING: LiteralString = """
SELECT EXISTS (SELECT FROM outbox) OR min(m.position) < (SELECT coalesce(max(p.position), 0) FROM positions p) AS pending
FROM marks m WHERE m.name = ANY(%(audiences)s)
"""
STEP: LiteralString = "SELECT * FROM relay_round(%(audiences)s, %(marks)s, %(published)s, %(at_most)s)"
# For each audience, what was committed and not published to it: numbered behind its mark, or not even numbered.
UNPUBLISHED: LiteralString = """
WITH fresh AS (SELECT count(*) AS events, min(e.time) AS since FROM outbox o JOIN events e ON e.event_id = o.event_id)
SELECT m.name AS audience,
    fresh.events + GREATEST((SELECT max(p.position) FROM positions p) - m.position, 0) AS events,
    coalesce(extract(epoch FROM now() - coalesce(
        (SELECT e.time FROM events e WHERE e.event_id = (
            SELECT p.event_id FROM positions p WHERE p.position > m.position ORDER BY p.position LIMIT 1
        )), fresh.since
    )), 0)::float AS seconds
FROM marks m CROSS JOIN fresh WHERE m.name = ANY(%(audiences)s)
"""

Rows = Sequence[dict[str, Any]]

log = logs.get_logger(__name__)


class Stopping(threading.Event):
    """An event that also ends a wait for a socket."""

    def __init__(self) -> None:
        super().__init__()
        self._fd = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)

    def fileno(self) -> int:
        return self._fd

    def set(self) -> None:
        super().set()
        os.eventfd_write(self._fd, 1)


class DatabaseRelay:
    """Numbers and publishes the events of one service until it is stopped."""

    def __init__(self, settings: Settings, service: str, stopping: Stopping) -> None:
        self.service = service
        self.ready = False
        self._settings = settings
        self._url = settings.database(service)
        self._stopping = stopping
        self._numbered = 0
        self._woken = False
        self._clocks_compared = False
        self._audiences: list[Audience] = [OwnServices(service, settings)]
        if settings.partners_amqp_url:
            self._audiences.insert(0, Partners(service, settings))  # a stream is written faster than a quorum agrees

    def run(self) -> None:
        """Returns once it is stopped. Raises ClockOff where the database answers first."""
        while not self._stopping.is_set():
            try:
                with db.connect(self._url, "parvis-relay", idle_session_timeout="0") as conn:
                    self._compare_clocks(conn)
                    self._hold(conn)
            except (*db.DOWN, BrokerDown) as error:
                self._trouble(error)
        for audience in self._audiences:
            audience.publisher.close()

    def _compare_clocks(self, conn: db.Connection) -> None:
        """As it starts, not when it connects again: another server with a wrong clock must not end what runs well."""
        if not self._clocks_compared:
            db.compare_clocks(conn)
            self._clocks_compared = True

    def _hold(self, conn: db.Connection) -> None:
        while not conn.execute(LOCK).fetchall()[0]["ours"]:
            self.ready = True  # another relay works; this one stands by
            if self._stopping.wait(1.0):
                return
        conn.add_notify_handler(self._wake)  # of what comes with the answer to a query
        conn.execute(signals.LISTEN)
        self._learn_town()
        audiences = {"audiences": [audience.name for audience in self._audiences]}
        conn.execute(CONFIRM, audiences)
        published = self._step(conn)
        last_busy = last_look = last_count = 0.0
        unpublished = False
        while not self._stopping.is_set():
            pending = published or conn.execute(PENDING, audiences).fetchall()[0]["pending"]
            published = self._step(conn) if pending else 0
            db.check_leads(conn)
            now = time.monotonic()
            last_busy = now if published or self._woken else last_busy
            self._woken = False
            if now - last_look >= self._look_every(bool(pending) or unpublished):
                last_look = now
                settled = self.ready and not pending and not unpublished
                if now - last_count >= (COUNT_SECONDS if settled else min(LOOK_SECONDS, UNPUBLISHED_LOOK_SECONDS)):
                    last_count = now
                    unpublished = self._count(conn, audiences)
                self._look()
            if now - last_busy >= STAYS_BUSY_SECONDS and not pending:
                next_look = last_look + self._look_every(unpublished)
                self._sleep(conn, min(LOOK_SECONDS, next_look - now))
            elif published < BATCH:
                self._stopping.wait(BUSY_SECONDS if now - last_busy < STAYS_BUSY_SECONDS else HELD_UP_SECONDS)
            self._tidy(conn, published)

    def _learn_town(self) -> None:
        """Learns it before anything is published, for the source of each event names the town: one of the databases has it."""
        for service in (self.service, *service_names()):
            if town_id.current() or self._stopping.is_set():
                return
            with suppress(*db.DOWN), db.connect(self._settings.database(service), "parvis-relay") as conn:
                town_id.learn_of(conn.execute(town_id.LAST_PUBLISHED).fetchall())

    def _look_every(self, unpublished: bool) -> float:
        if not self.ready:
            return min(LOOK_SECONDS, AWAY_LOOK_SECONDS)
        return min(LOOK_SECONDS, UNPUBLISHED_LOOK_SECONDS) if unpublished else LOOK_SECONDS

    def _count(self, conn: db.Connection, audiences: dict[str, list[str]]) -> bool:
        """Sets the metrics of unpublished events for each audience; gives whether there are any."""
        counted = conn.execute(UNPUBLISHED, audiences).fetchall()
        for unpublished in counted:
            metrics.unpublished(self.service, **unpublished)
        return any(unpublished["events"] for unpublished in counted)

    def _sleep(self, conn: db.Connection, seconds: float) -> None:
        """Until something is committed, or so long; raises psycopg's OperationalError when the server is gone."""
        self._read_notifications(conn)  # one may have come with the last answer
        if self._woken:
            return
        waiting = select.poll()
        for source in (conn.fileno(), self._stopping.fileno()):
            waiting.register(source, select.POLLIN)
        if any(source == conn.fileno() for source, _ in waiting.poll(max(0.0, seconds) * 1000)):
            conn.pgconn.consume_input()
            self._read_notifications(conn)

    def _read_notifications(self, conn: db.Connection) -> None:
        while conn.pgconn.notifies() is not None:
            self._woken = True

    def _wake(self, _: object) -> None:
        self._woken = True

    def _step(self, conn: db.Connection) -> int:
        """Numbers, and publishes to every audience what comes next for it; how much that was at most for one of them."""
        reachable = [audience for audience in self._audiences if not audience.is_paused()]
        known = {
            "audiences": [audience.name for audience in reachable],
            "marks": [audience.mark for audience in reachable],
            "published": [audience.published for audience in reachable],
            "at_most": BATCH,
        }
        rows = conn.execute(STEP, known).fetchall()
        town_id.learn_of(rows)
        due = {audience: [row for row in rows if row["audience"] == audience.name] for audience in reachable}
        sent = [audience for audience in reachable if self._tried(audience, audience.send, due[audience])]
        done = [audience for audience in sent if self._tried(audience, audience.confirm, due[audience])]
        return max((len(due[audience]) for audience in done), default=0)

    def _tried(self, audience: Audience, act: Callable[[Rows], None], rows: Rows) -> bool:
        """False when its broker is away: the others go on, and it is published to from its mark once the broker answers again."""
        try:
            act(rows)
        except BrokerDown as error:
            audience.pause(PAUSE_SECONDS)
            self._trouble(error, wait=False)
            return False
        return True

    def _look(self) -> None:
        reachable = [audience for audience in self._audiences if not audience.is_paused()]
        reached = [one for one in reachable if self._tried(one, lambda _, idle=one.publisher.idle: idle(), ())]
        self.ready = self.ready or bool(reached)  # also while there is nothing to publish, perhaps for days

    def _tidy(self, conn: db.Connection, published: int) -> None:
        # The outbox is written and emptied at once: without this its dead rows would be read again at each turn.
        self._numbered += published
        if self._numbered >= VACUUM_EVERY:
            self._numbered = 0
            conn.execute("VACUUM (TRUNCATE false) outbox")

    def _trouble(self, error: Exception, *, wait: bool = True) -> None:
        self.ready = False
        if not self._stopping.is_set():
            why = (
                {"reason": str(error)} if isinstance(error, BrokerDown) else {}
            )  # a database may quote what a row holds
            log.warning("relay_waits", service=self.service, error=type(error).__name__, **why)
        if wait:
            self._stopping.wait(1.0)


def main(services: Sequence[str]) -> int:
    """Relays for these services until it is stopped; 0 after a clean stop."""
    try:
        settings = Settings.load()  # it opens and signs nothing: it needs no key
        health = Health(settings)
        stopping = Stopping()
        relays = [DatabaseRelay(settings, service, stopping) for service in services]
    except WrongSetting as error:
        print(f"relay : {error}", file=sys.stderr)  # noqa: T201
        return 2
    logs.configure(settings, "relay")
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    threads = [essential_threads.start(relay.run, f"relay-{relay.service}") for relay in relays]
    health.serve({relay.service: lambda relay=relay: relay.ready for relay in relays})
    log.info("started", service="relay", databases=len(relays))
    stopping.wait()
    for thread in threads:
        thread.join(5)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or service_names()))
