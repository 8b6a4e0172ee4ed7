"""`python -m deploy.operator.objects_database`: the database in which a replicated object store keeps where its objects are.

Its server, name, role and password are those of `DATABASE_URL` for `objects`, as those of a service are. Asked again, changes nothing.
"""

import sys
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import sql

from services.chassis.event_store import db
from services.chassis.hosts import host_of
from services.chassis.process.migrate import first_line, make_database, make_role
from services.chassis.settings import Settings, WrongSetting

NAME = "objects"
GRANTS = (
    "GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {role}",
    "REVOKE CONNECT, TEMPORARY ON DATABASE {database} FROM PUBLIC",
    "GRANT USAGE, CREATE ON SCHEMA public TO {role}",  # the store makes a table for each bucket
)


def make(settings: Settings) -> None:
    """The database is there and its role may make tables in it when this returns. Raises psycopg's errors."""
    wanted, owner = urlsplit(settings.database(NAME)), settings.owner_database(NAME)
    make_database(owner)
    with db.connect(owner, "parvis-objects") as conn:
        make_role(conn, str(wanted.username), unquote(wanted.password or ""))
        names = {
            "database": sql.Identifier(urlsplit(owner).path.lstrip("/")),
            "role": sql.Identifier(str(wanted.username)),
        }
        for statement in GRANTS:
            conn.execute(sql.SQL(statement).format(**names))
    db.connect(settings.database(NAME), "parvis-objects").close()


def main() -> None:
    """Ends with one sentence where the database cannot be made."""
    where = NAME
    try:
        settings = Settings.load()
        where = f"{NAME}, {host_of(settings.owner_database(NAME))}"
        make(settings)
    except WrongSetting as error:
        sys.exit(f"objects-database : {error}")
    except psycopg.Error as error:
        sys.exit(f"objects-database : la base ({where}) ne peut pas être faite ({first_line(error)}).")


if __name__ == "__main__":
    main()
