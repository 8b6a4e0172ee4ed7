"""The record of all names that outlive a process: `python -m tests.structure.lasting_names` adds to it what is new.

It refuses where a name of the record is gone or has another shape: what is kept, mailed or on its way has the old one. To
retire a name, write it under `retired` in `tests/contract/lasting_names.json` with `kind`, `name` and `shape` as they are
there, `until` (the last release that has both) and `why`; the name leaves the record with the first release after that one.
The databases are asked in servers of its own, or those that DATABASE_URL, AMQP_URL and S3_ENDPOINT name.
"""

import os
import sys

import structlog

from tests.servers import private as servers
from tests.servers.databases import Databases
from tests.structure.lasting import known_values, of_code, of_databases, of_gateway, of_services, record
from tests.structure.lasting.everything import import_everything
from tests.structure.lasting.record import Names


def of_the_code() -> Names:
    """All kinds but those of databases."""
    import_everything()
    return of_services.names() | of_gateway.names() | of_code.names() | known_values.names()


def of_fresh_databases() -> Names:
    """The kinds of databases, from some that are made and dropped for it."""
    databases = Databases(servers.addresses()["OWNER_DATABASE_URL"])
    prefix = f"lasting{os.getpid()}"
    try:
        return of_databases.names(databases.clone(prefix))
    finally:
        databases.drop(prefix)


def main() -> int:
    """Writes the record anew; 1 where it would lose a name."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())  # what is tried here is no news
    known, made = record.read(), of_the_code() | of_fresh_databases()
    found = record.compare(known, made, record.release())
    sys.stdout.write(f"{found or 'nothing is new'}\n")
    if found.broken:
        return 1
    record.write(record.Record(made, known.retired))
    return 0


if __name__ == "__main__":
    sys.exit(main())
