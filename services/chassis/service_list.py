"""Which services there are: every folder beside the chassis that has migrations of its own."""

from pathlib import Path

from psycopg import Connection
from psycopg.rows import DictRow

SERVICES = Path(__file__).resolve().parent.parent


def service_names() -> list[str]:
    """The names of all services, in alphabetical order."""
    return sorted(folder.parent.name for folder in SERVICES.glob("*/migrations") if folder.parent.name != "chassis")


def pending_migrations(conn: Connection[DictRow], service: str) -> list[str]:
    """Names of the migrations that this code has and the database has not, in order."""
    applied = {row["migration_id"] for row in conn.execute("SELECT migration_id FROM _yoyo_migration")}
    folders = (SERVICES / "chassis" / "migrations", SERVICES / service / "migrations")
    return sorted(path.stem for folder in folders for path in folder.glob("*.sql") if path.stem not in applied)
