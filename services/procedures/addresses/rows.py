"""Rows of the address file and its streets: reads and writes, each beside its SQL."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from services.chassis.event_store.db import Connection, fetch_all
from services.chassis.structs import Struct
from services.procedures.addresses.extract import Address
from services.procedures.addresses.rules import BARE, COMMON, POSTCODE, Street

CANDIDATES = 100
"""Streets among which the likeliest are chosen: whatever was typed, no more are read."""

# Apart from the limit, for which the planner would rather read the table in the hope of a hundred rows near its beginning; no more
# of them are made than the limit takes.
FIND = """
WITH answering AS MATERIALIZED (
    SELECT name, plain, postcode, city, city_plain, numbers FROM streets
    WHERE search @@ %(query)s::tsquery AND (%(cities)s::text[] IS NULL OR city_plain = ANY(%(cities)s))
)
SELECT name, plain, postcode, city, city_plain, numbers <> '{}' AS numbered,
       ARRAY(
           SELECT number FROM unnest(numbers) AS number WHERE %(number)s::text <> '' AND starts_with(number, %(number)s)
       ) AS held
FROM answering LIMIT %(most)s
"""

KNOWN = "SELECT digest, lines, addresses, imported_at FROM address_file"
ALONE = "SELECT pg_try_advisory_xact_lock(hashtext('address-file')) AS alone"

GIVEN = """
CREATE TEMPORARY TABLE given_addresses (
    number text, name text, plain text, postcode text, city text, city_plain text
) ON COMMIT DROP
"""
TAKE = "COPY given_addresses (number, name, plain, postcode, city, city_plain) FROM STDIN"

FORGET = "DELETE FROM streets"
SAY_NOTHING = "DELETE FROM address_file RETURNING digest"
# A street that lines write in several ways has the one of most of them.
FILL = """
INSERT INTO streets (postcode, city_plain, plain, name, city, numbers, search)
SELECT postcode, city_plain, plain, mode() WITHIN GROUP (ORDER BY name), mode() WITHIN GROUP (ORDER BY city),
       coalesce(array_agg(DISTINCT number) FILTER (WHERE number <> ''), '{}'),
       array_to_tsvector(string_to_array(plain, ' ') || (%(postcode)s || postcode)
           || CASE WHEN string_to_array(plain, ' ') <@ %(common)s::text[] THEN ARRAY[%(bare)s::text] ELSE '{}' END)
FROM given_addresses GROUP BY postcode, city_plain, plain
"""
LONGER = "SELECT name FROM streets WHERE cardinality(numbers) > %(most)s LIMIT 1"
SAY = """
INSERT INTO address_file (digest, lines, addresses, imported_at) VALUES (%(digest)s, %(lines)s, %(addresses)s, %(now)s)
ON CONFLICT (only_row) DO UPDATE SET
    digest = excluded.digest, lines = excluded.lines, addresses = excluded.addresses, imported_at = excluded.imported_at
"""
LOOK_AT = "ANALYZE streets"


class AddressFile(Struct):
    """The file that was imported last. `digest`: of its bytes; `lines`: those after the first."""

    digest: str
    lines: int
    addresses: int
    imported_at: datetime


def find(conn: Connection, query: str, number: str, cities: Sequence[str] | None = None) -> list[Street]:
    """Streets that answer the query, in these cities alone where they are named, with those of their numbers that begin so."""
    among = list(cities) if cities is not None else None
    asked = {"query": query, "number": number, "cities": among, "most": CANDIDATES}
    return fetch_all(conn, Street, FIND, asked)


def known(conn: Connection) -> AddressFile | None:
    found = fetch_all(conn, AddressFile, KNOWN)
    return found[0] if found else None


def alone(conn: Connection) -> bool:
    """Whether no other import goes on; until the end of the transaction, none begins."""
    return conn.execute(ALONE).fetchall()[0]["alone"]


def take(conn: Connection, addresses: Iterable[Address]) -> None:
    """Takes the lines of a file as they come, to be put in place by `replace`."""
    conn.execute(GIVEN)
    with conn.cursor() as cursor, cursor.copy(TAKE) as copy:
        for one in addresses:
            copy.write_row((one.number, one.name, one.plain, one.postcode, one.city, one.city_plain))


def replace(conn: Connection) -> int:
    """Puts what was taken in the place of all streets; how many there are now."""
    conn.execute(FORGET)
    return conn.execute(FILL, {"postcode": POSTCODE, "common": sorted(COMMON), "bare": BARE}).rowcount


def longer(conn: Connection, most: int) -> str | None:
    """The name of a street with more numbers than that, if there is one."""
    row = conn.execute(LONGER, {"most": most}).fetchone()
    return row["name"] if row else None


def forget(conn: Connection) -> bool:
    """Drops the file and its streets; False where there was none."""
    conn.execute(FORGET)
    return conn.execute(SAY_NOTHING).fetchone() is not None


def say(conn: Connection, file: AddressFile) -> None:
    given = {"digest": file.digest, "lines": file.lines, "addresses": file.addresses, "now": file.imported_at}
    conn.execute(SAY, given)


def look_at(conn: Connection) -> None:
    """Has the server count anew what is in the streets, by which it chooses how to find them."""
    conn.execute(LOOK_AT)
