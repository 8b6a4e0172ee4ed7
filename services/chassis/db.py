"""PostgreSQL: the one builder of connection strings, with every time-out, and the pool of a process."""

from psycopg import Connection
from psycopg.conninfo import make_conninfo
from psycopg.rows import DictRow, dict_row
from psycopg_pool import ConnectionPool

from services.chassis.settings import Settings

Rows = Connection[DictRow]

# A silent partition is noticed within six seconds, a stuck statement or lock within its own limit, and a query whose
# client is gone is ended by the server.
TIMEOUTS = {
    "connect_timeout": 3,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 5000,
}
SERVER_TIMEOUTS = (
    "-c statement_timeout=15s -c lock_timeout=3s -c idle_in_transaction_session_timeout=10s "
    "-c client_connection_check_interval=500 -c timezone=UTC"
)


def dsn(settings: Settings, service: str) -> str:
    """The connection string of a service's database."""
    return make_conninfo(
        settings.database(service), application_name=f"parvis-{service}", options=SERVER_TIMEOUTS, **TIMEOUTS
    )


def open_pool(settings: Settings, service: str) -> ConnectionPool[Rows]:
    """A pool that hands out only connections that answer, waits at most 3 s for one, and never opens more than set."""
    return ConnectionPool(
        dsn(settings, service),
        min_size=1,
        max_size=settings.database_pool_size,
        timeout=3.0,
        kwargs={"row_factory": dict_row, "prepare_threshold": 2},
        check=ConnectionPool.check_connection,
        open=True,
        name=service,
    )
