"""What work writes and how long its mails wait: the write-ahead log of PostgreSQL, the broker's disk, the age of each mail that left."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from services.chassis.event_store import db
from tests.load.instance import Instance

INSPECT = "CREATE EXTENSION IF NOT EXISTS pg_walinspect"
HERE = "SELECT pg_current_wal_flush_lsn()::text AS place"
SINCE = """SELECT sum(record_size)::float AS records, sum(fpi_size)::float AS images
    FROM pg_get_wal_stats(%(since)s::pg_lsn, pg_current_wal_flush_lsn())"""
WAITED = """SELECT extract(epoch FROM settled_at - created_at)::float AS seconds
    FROM notices WHERE purpose = 'acknowledgement' AND state = 'sent' AND created_at >= %(since)s"""


@dataclass
class Written:
    """In bytes: records of the log; images of whole pages, one of each page that changes first after a checkpoint; the broker's disk."""

    records: float = 0.0
    images: float = 0.0
    broker: float = 0.0


@contextmanager
def written(instance: Instance) -> Generator[Written]:
    """What all databases and the broker write within the block; filled in when it ends."""
    found, broker = Written(), instance.meter.on_disk("broker")
    with db.connect(instance.settings.owner_database("requests"), "parvis-bench", statement_timeout="60s") as conn:
        conn.execute(INSPECT)
        conn.execute("CHECKPOINT")
        since = conn.execute(HERE).fetchall()[0]["place"]
        yield found
        [log] = conn.execute(SINCE, {"since": since}).fetchall()
    found.records, found.images = log["records"], log["images"]
    found.broker = instance.meter.on_disk("broker") - broker


def now(instance: Instance) -> datetime:
    """By the clock of the databases."""
    return instance.query("messaging", "SELECT now() AS at")[0]["at"]


def waits_of_mails(instance: Instance, since: datetime) -> list[float]:
    """Seconds from the moment when each acknowledgement was due until the mail server had taken it."""
    return [row["seconds"] for row in instance.query("messaging", WAITED, {"since": since})]
