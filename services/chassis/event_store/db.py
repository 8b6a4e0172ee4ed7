"""PostgreSQL: the one builder of connection strings, with every time-out, and the pool of a process.

An address may name the servers of a cluster, of which one at a time takes writes (decision 56). One server is the same with one name.
"""

import re
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from typing import LiteralString, Self, TypeVar, cast
from weakref import WeakKeyDictionary

import orjson
import psycopg
from psycopg import Pipeline, conninfo
from psycopg.abc import Params, PQGen, Query, QueryNoTemplate
from psycopg.generators import send
from psycopg.pq import ConnStatus
from psycopg.pq.abc import PGconn
from psycopg.rows import DictRow, Row, RowFactory, class_row, dict_row
from psycopg.types.json import set_json_loads
from psycopg_pool import ConnectionPool, PoolTimeout

from services.chassis import machine_clock
from services.chassis.settings import Settings

set_json_loads(orjson.loads)

T = TypeVar("T")

# A lost server, a cut network, a full pool, a lock held too long, a transaction that a busy machine let lie until the server
# ended it: nothing is known of the effect. One that takes no writes, as a leader that is one no more: nothing was written.
DOWN = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    psycopg.errors.IdleInTransactionSessionTimeout,
    psycopg.errors.ReadOnlySqlTransaction,
    PoolTimeout,
)

# Of those, what a healthy server answers to one transaction that took too much time, too many locks or too much room:
# asked again it may be so again, and meanwhile everything else goes on.
OF_ONE_TRANSACTION = (
    psycopg.errors.QueryCanceled,
    psycopg.errors.LockNotAvailable,
    psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
    psycopg.errors.IdleInTransactionSessionTimeout,
    psycopg.errors.ProgramLimitExceeded,
    psycopg.errors.StatementTooComplex,
)

# Before a connection has a language, the server answers in its own: those of the town halls we know.
_REFUSED = re.compile(
    r"""server at "([^"]+)"(?: \([^)]*\))?, port (\d+) failed: \w+\s*:\s+"""
    r"""(?:password authentication failed for user|authentification par mot de passe échouée pour l.utilisateur\s*:?\s*)"""
    r"""\s*["«\s]*([^"»]+?)\s*["»]"""
)

# A silent partition is noticed within six seconds, a stuck statement or lock within its limit; the server ends a query whose client is gone.
TIMEOUTS = {
    "connect_timeout": 3,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 5000,
}
# Of several servers each is tried for as long as `connect_timeout`, of which 2 s is psycopg's least: with one that is silent,
# a caller of the pool has its connection within the pool's 3 s; what an address says itself goes before.
OF_SEVERAL = {"target_session_attrs": "read-write", "load_balance_hosts": "random", "connect_timeout": 2}
SESSION_SETTINGS = {
    "statement_timeout": "15s",
    "lock_timeout": "3s",
    "idle_in_transaction_session_timeout": "10s",
    "client_connection_check_interval": "500",
    # a client that vanishes without a word, such as a relay whose machine lost its power, gives its locks back in seconds
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "2",
    "tcp_user_timeout": "5000",
    "timezone": "UTC",
    "jit": "off",  # a plan for all calls expects a tenth of a table at a limit: it would be compiled for longer than it runs
}


CLOCK: LiteralString = "SELECT extract(epoch FROM clock_timestamp())::float AS seconds"
TRUSTED_SECONDS = 1.0  # a connection that was in use so lately is not asked whether its server still knows it
IDLE_SECONDS = 10.0  # each time so long has passed a pool closes one connection that was not needed meanwhile


class NotReplicated(psycopg.OperationalError):
    """It was committed on this server alone: another one that takes its place may not have it."""


class Cursor(psycopg.Cursor[Row]):
    """One whose statement waits to be sent with others, where these are sent together (`Connection.together`)."""

    _waits = False

    def execute(
        self,
        query: Query,
        params: Params | None = None,
        *,
        prepare: bool | None = None,
        binary: bool | None = None,
    ) -> Self:
        sends = partial(super().execute, cast(QueryNoTemplate, query), params, prepare=prepare, binary=binary)
        self._waits = cast(Connection, self.connection).queue(sends)
        return self if self._waits else sends()

    def fetchone(self) -> Row | None:
        self._receive()
        return super().fetchone()

    def fetchall(self) -> list[Row]:
        self._receive()
        return super().fetchall()

    def __next__(self) -> Row:
        self._receive()
        return super().__next__()

    @property
    def rowcount(self) -> int:
        self._receive()
        return super().rowcount

    def _receive(self) -> None:
        if self._waits:
            self._waits = False
            cast(Connection, self.connection).receive()


class Burst(Pipeline):
    """A pipeline that sends nothing before it ends, then all in one go: psycopg's own sends each statement by itself."""

    def _communicate_gen(self) -> PQGen[None]:
        yield from ()

    def _exit_gen(self) -> PQGen[None]:
        self._enqueue_sync()
        while self.command_queue:
            self.command_queue.popleft()()  # into libpq's buffer
        yield from send(self.pgconn)
        yield from self._fetch_gen(flush=False)  # raises the first failure


class Connection(psycopg.Connection[DictRow]):
    """One whose commit is an error where the wait for its synchronous standbys was cut short: PostgreSQL only warns.

    Whoever has sent it must not take it for done. Others see its rows all the same: who finds there that something was done, and
    does nothing more than say so, writes first. The commit of that waits for all before it.
    """

    def __init__(self, pgconn: PGconn, row_factory: RowFactory[DictRow] = dict_row) -> None:
        super().__init__(pgconn, row_factory)
        self.cursor_factory = cast("type[psycopg.Cursor[DictRow]]", Cursor)
        self._queued: list[Callable[[], object]] | None = None  # while statements are sent together
        self._warned_by = warned_by = list[str | None]()
        # By the name of PostgreSQL's function: the message is in the server's language. It may be read in the handler alone.
        self.add_notice_handler(lambda notice: warned_by.append(notice.source_function))

    @contextmanager
    def together(self) -> Generator[None]:
        """A transaction whose statements wait until rows are asked for, or for the commit, and are then sent together (libpq's pipeline): so
        many of them cost one round trip.

        The failure of a statement shows only then. What it is given must not be changed meanwhile.
        """
        self._queued = []
        try:
            self.execute("BEGIN", prepare=False)
            yield
            self.execute("COMMIT", prepare=False)
            self.receive()
        except BaseException:
            with suppress(psycopg.Error):  # of a server that is gone, which has rolled it back
                self.rollback()
            raise
        finally:
            self._queued = None

    @contextmanager
    def transaction(
        self, savepoint_name: str | None = None, force_rollback: bool = False
    ) -> Generator[psycopg.Transaction]:
        """As psycopg's. Within `together` a savepoint; what waits before it and in it is sent before it begins and ends."""
        self.receive()
        with super().transaction(savepoint_name, force_rollback) as begun:
            try:
                yield begun
                self.receive()
            finally:
                if self._queued is not None:
                    self._queued = []  # of a block that failed

    def queue(self, sends: Callable[[], object]) -> bool:
        """Whether the statement waits: it is sent by `receive`."""
        if self._queued is None:
            return False
        self._queued.append(sends)
        return True

    def receive(self) -> None:
        """Returns once all statements that wait are answered; raises the first failure."""
        if not self._queued:
            return
        queued, self._queued = self._queued, []
        if len(queued) == 1:
            queued[0]()
            return
        self._pipeline = burst = Burst(self)
        try:
            with burst:
                for sends in queued:
                    sends()
        finally:
            self._pipeline = None

    def wait(self, gen: PQGen[T], interval: float = 0.1, timeout: float | None = None) -> T:
        """Whatever is sent to the server passes here."""
        answer = super().wait(gen, interval, timeout)
        if self._warned_by:
            cut_short = "SyncRepWaitForLSN" in self._warned_by
            self._warned_by.clear()
            if cut_short:
                self.close()
                raise NotReplicated("the commit is on this server alone")
        return answer


def named(url: str) -> dict[str, str | int | None]:
    """What the address says, by libpq's names. Where it names several servers, the one that takes writes is meant, unless it says
    otherwise itself."""
    given = conninfo.conninfo_to_dict(url)
    several = "," in f"{given.get('host')}{given.get('hostaddr')}"
    return {**OF_SEVERAL, **given} if several else given


def dsn_of(url: str, application: str, **server: str) -> str:
    """The address with every time-out; `server` overrides settings of the session, such as `statement_timeout`.

    The `options` that the address has stay, but for those that are set here: of two, the server takes the last.
    """
    given = named(url)
    ours = (f"-c {name}={value}" for name, value in {**SESSION_SETTINGS, **server}.items())
    options = " ".join([str(given.get("options") or ""), *ours]).strip()
    return conninfo.make_conninfo("", **{**TIMEOUTS, "application_name": application, **given, "options": options})


def connect(url: str, application: str, **server: str) -> Connection:
    """One connection in autocommit; raises psycopg's OperationalError within 3 s, of several servers within 2 s for each."""
    return Connection.connect(dsn_of(url, application, **server), autocommit=True)


def compare_clocks(conn: Connection) -> None:
    """Raises ClockOff where this machine's clock is too far from the server's."""
    found = machine_clock.difference(lambda: fetch_all(conn, dict[str, float], CLOCK)[0]["seconds"])
    machine_clock.check([found], "de PostgreSQL")


def password_refused(error: BaseException) -> str:
    """Which server refuses the password of which user, in French and without it; empty where that is not the failure."""
    found = _REFUSED.search(str(error))
    return f"le serveur {found[1]}:{found[2]} refuse le mot de passe du compte « {found[3]} »" if found else ""


def open_pool(settings: Settings, service: str) -> ConnectionPool[Connection]:
    """A pool that gives out no connection known to be dead, waits at most 3 s for one, and never opens more than set.

    Connections are in autocommit: a query alone costs one round trip, a transaction is asked for.
    """
    pool: ConnectionPool[Connection] = ConnectionPool(
        dsn_of(settings.database(service), f"parvis-{service}"),
        connection_class=Connection,
        kwargs={"autocommit": True, "prepare_threshold": 2},
        min_size=1,
        max_size=settings.database_pool_size,
        timeout=3.0,
        max_idle=IDLE_SECONDS,
        reconnect_timeout=5.0,
        check=lambda conn: _checked(pool, conn),
        configure=used,
        open=False,
        name=service,
    )
    pool.open()
    return pool


def check_leads(conn: Connection) -> None:
    """Raises OperationalError where the last answer came from a server that takes no writes by now; without a round trip."""
    for refusing in (b"in_hot_standby", b"default_transaction_read_only"):
        if conn.pgconn.parameter_status(refusing) == b"on":
            raise psycopg.OperationalError("the server takes no writes")


_used_at: WeakKeyDictionary[Connection, float] = WeakKeyDictionary()


def used(conn: Connection) -> None:
    """Call it before a connection is given back: `reset` of the pool would have another thread give it back, and later."""
    _used_at[conn] = time.monotonic()


def check(conn: Connection) -> None:
    """Raises OperationalError for a connection that its server closed or no longer knows.

    Of one that was just in use the socket is looked at, without a round trip. What a server that lost its machine or its
    network could not say shows only once something is sent: one that lay idle is asked.
    """
    conn.pgconn.consume_input()  # may read only the message with which the server took its leave
    conn.pgconn.consume_input()
    if conn.pgconn.status != ConnStatus.OK:
        raise psycopg.OperationalError("the server closed the connection")
    if time.monotonic() - _used_at[conn] > TRUSTED_SECONDS:
        conn.execute("")


def _checked(pool: ConnectionPool[Connection], conn: Connection) -> None:
    try:
        check(conn)
    except psycopg.Error:
        # What ended one has most likely ended all. The pool waits longer after each that it finds so: with four of them
        # nothing would be left of the caller's 3 s.
        pool.drain()
        raise


def fetch_one(
    conn: psycopg.Connection[DictRow],
    kind: type[T],
    statement: LiteralString,
    params: Mapping[str, object] | None = None,
) -> T | None:
    """The first row, its columns as the fields of that class."""
    with conn.cursor(row_factory=class_row(kind)) as cursor:
        return cursor.execute(statement, params).fetchone()


def fetch_all(
    conn: psycopg.Connection[DictRow],
    kind: type[T],
    statement: LiteralString,
    params: Mapping[str, object] | None = None,
) -> list[T]:
    with conn.cursor(row_factory=class_row(kind)) as cursor:
        return cursor.execute(statement, params).fetchall()
