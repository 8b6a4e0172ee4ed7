"""PostgreSQL: the one builder of connection strings, with every time-out, and the pool of a process."""

import re
import time
from collections.abc import Mapping
from typing import LiteralString, TypeVar
from weakref import WeakKeyDictionary

import orjson
import psycopg
from psycopg import conninfo
from psycopg.pq import ConnStatus
from psycopg.rows import DictRow, class_row, dict_row
from psycopg.types.json import set_json_loads
from psycopg_pool import ConnectionPool, PoolTimeout

from services.chassis.settings import Settings

set_json_loads(orjson.loads)

Connection = psycopg.Connection[DictRow]
T = TypeVar("T")

# A lost server, a cut network, a full pool, a lock held too long, a transaction that a busy machine let lie until the server
# ended it: nothing is known of the effect.
DOWN = (psycopg.OperationalError, psycopg.InterfaceError, psycopg.errors.IdleInTransactionSessionTimeout, PoolTimeout)

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

# A silent partition is noticed within six seconds, a stuck statement or lock within its own limit, and a query whose
# client is gone is ended by the server.
TIMEOUTS = {
    "connect_timeout": 3,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 5000,
}
SERVER_TIMEOUTS = {
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
}


TRUSTED_SECONDS = 1.0  # a connection that was in use so lately is not asked whether its server still knows it
IDLE_SECONDS = 20.0  # each time so long has passed a pool closes one connection that was not needed meanwhile


def dsn_of(url: str, application: str, **server: str) -> str:
    """The address with every time-out; `server` overrides settings of the session, such as `statement_timeout`.

    The `options` that the address has stay, but for those that are set here: of two, the server takes the last.
    """
    given = conninfo.conninfo_to_dict(url)
    ours = (f"-c {name}={value}" for name, value in {**SERVER_TIMEOUTS, **server}.items())
    options = " ".join([str(given.get("options") or ""), *ours]).strip()
    named: dict[str, str | int | None] = {**TIMEOUTS, "application_name": application, **given, "options": options}
    return conninfo.make_conninfo("", **named)


def connect(url: str, application: str, **server: str) -> Connection:
    """One connection in autocommit; raises psycopg's OperationalError within 3 s."""
    return Connection.connect(dsn_of(url, application, **server), autocommit=True, row_factory=dict_row)


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
        kwargs={"autocommit": True, "row_factory": dict_row, "prepare_threshold": 2},
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
    conn: Connection, kind: type[T], statement: LiteralString, params: Mapping[str, object] | None = None
) -> T | None:
    """The first row, its columns as the fields of that class."""
    with conn.cursor(row_factory=class_row(kind)) as cursor:
        return cursor.execute(statement, params).fetchone()


def fetch_all(
    conn: Connection, kind: type[T], statement: LiteralString, params: Mapping[str, object] | None = None
) -> list[T]:
    with conn.cursor(row_factory=class_row(kind)) as cursor:
        return cursor.execute(statement, params).fetchall()
