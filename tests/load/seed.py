"""Fills an instance with requests that have a past: `python -m tests.load.seed SETTINGS FIRST COUNT`.

Every request goes through the decider, the append and the projections of the product, many in one transaction: rows and
chains are those that a portal in use would hold. Only what comes after the commit is done at once instead of one by one:
positions are given, the marks of the relay and the tallies are moved to the end, and the counts are made in one go.
"""

import json
import random
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from services.chassis.event_store import db
from services.chassis.event_store.registrations import load_registrations
from services.chassis.event_store.store import Store
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.procedures.schemas.definitions.procedures import Procedure
from services.requests import tallies
from services.requests.access import tracking_link
from services.requests.definitions.rows import published
from services.requests.filing import use_cases as submission
from services.requests.request import commands, flow, numbers, rows as store
from services.requests.request.rules import decider
from services.townhall.town_time import local_day
from tests.support.filled import today, valid_answers, valid_applicant

BATCH = 100
TEXT = "Le revêtement est creusé sur un mètre devant le passage piéton et les vélos doivent faire un écart. " * 2
GIVEN = (
    "Alma",
    "Basile",
    "Colette",
    "Désiré",
    "Élise",
    "Firmin",
    "Gisèle",
    "Honoré",
    "Inès",
    "Jules",
    "Karima",
    "Léon",
)
FAMILY = ("Aubry", "Besnard", "Chauvin", "Delaunay", "Esnault", "Foucher", "Guérin", "Hamel", "Jouanne", "Lebreton")
LARGEST_AGE_DAYS = 25
OF_ACCOUNTS = 10_000_000  # places that no store is large enough for
WORKERS = 2


def request_id(number: int) -> str:
    """The id of the request with that place in the seed: known without asking."""
    return str(uuid5(NAMESPACE_URL, f"parvis:bench:{number}"))


def number_and_token(settings: Settings, place: int) -> tuple[str, str]:
    """What its applicant holds: the request's number and the token of its tracking link."""
    key, known = settings.signing_key, request_id(place)
    year = local_day(_filed_at(place, datetime.now(UTC))).year
    token = tracking_link.mint(key, known, 1)
    return numbers.number(key, known, year), token


def seed(settings: Settings, home: Path, *, first: int, count: int) -> None:
    """Adds `count` requests, by several processes, and marks them as known to relay and tallies."""
    settings_file = str(home / "settings.json")
    share = -(-count // WORKERS)
    begins = range(first, first + count, share)
    children = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.load.seed", settings_file, str(begin), str(min(share, first + count - begin))]
        )
        for begin in begins
    ]
    failed = [child.wait() for child in children]
    if any(failed):
        raise RuntimeError("seeding failed")
    _count_at_once(settings)


def give(settings: Settings, account: str, count: int) -> None:
    """Adds `count` requests to this account, and marks them as `seed` does."""
    places = range(OF_ACCOUNTS, OF_ACCOUNTS + count)
    _fill(settings, places.start, count, owner=account)
    _count_at_once(settings)


def _count_at_once(settings: Settings) -> None:
    with db.connect(settings.owner_database("requests"), "parvis-bench", statement_timeout="0") as conn:
        with conn.transaction():
            while conn.execute("SELECT number_positions() AS given").fetchall()[0]["given"]:
                pass  # so many at a time
            conn.execute("UPDATE marks SET position = (SELECT coalesce(max(position), 0) FROM positions)")
            missing = (
                "SELECT request_id::text AS id FROM requests WHERE request_id NOT IN (SELECT request_id FROM counted)"
            )
            ids = [row["id"] for row in conn.execute(missing).fetchall()]
            for start in range(0, len(ids), 5000):
                tallies.recount(conn, ids[start : start + 5000])
        conn.execute("VACUUM ANALYZE")


def _filed_at(place: int, now: datetime) -> datetime:
    """Spread over the last weeks; a place keeps its year as long as the bench runs."""
    return now - timedelta(days=LARGEST_AGE_DAYS) + timedelta(seconds=place * 7919 % (LARGEST_AGE_DAYS * 86_000))


def _fill(settings: Settings, first: int, count: int, *, owner: str | None = None) -> None:
    load_registrations("requests")
    desk = Store(settings, "requests")
    now = datetime.now(UTC)
    with desk.read() as conn:
        known = [row["slug"] for row in conn.execute("SELECT slug FROM procedures ORDER BY slug").fetchall()]
        offered = [published.current(conn, slug).definition for slug in known if not slug.startswith("bench-")]
    for begin in range(first, first + count, BATCH):
        with desk.transaction(now=now) as tx:
            places = range(begin, min(begin + BATCH, first + count))
            tx.lock(*(store.stream(request_id(place)) for place in places))
            for place in places:
                _file(tx, settings, offered[place % len(offered)], place, now, owner)
    desk.close()


def _file(
    tx: Transaction, settings: Settings, definition: Procedure, place: int, now: datetime, owner: str | None
) -> None:
    """Submitted, taken in charge, and one step further where the flow has one: three lines of history."""
    chance = random.Random(place)
    known, stream = request_id(place), store.stream(request_id(place))
    tx.now = _filed_at(place, now)
    who: dict[str, Any] = valid_applicant(definition, f"personne{place}@courriel.example")
    name = "birth_name" if "birth_name" in who else "usage_name"
    who |= {"given_names": chance.choice(GIVEN), name: chance.choice(FAMILY)}
    values = valid_answers(definition, today())
    if "description" in values:
        values["description"] = TEXT
    command = commands.Submit(
        number=numbers.number(settings.signing_key, known, local_day(tx.now).year),
        definition=definition,
        channel="import",
        applicant=who,
        member=None,
        answers=values,
        manifest=[],
        owner=owner,
        index=submission.index_of(settings.signing_key, who, None, f"visitor:{place}"),
        quota=None,
        slot=None,
        now=tx.now,
        imported=True,
    )
    tx.execute(decider, stream, command, key=known)
    status = definition.flow.initial
    for _ in range(2):
        steps = flow.offered(definition, status, "agent")
        forward = [step.to for step in steps if step.to not in flow.REASONED | {flow.Status.AWAITING}]
        if not forward:
            return
        status = chance.choice(forward)
        tx.now += timedelta(hours=5)
        change = commands.ChangeStatus(to=status, by="agent", definition=definition, now=tx.now, imported=True)
        tx.execute(decider, stream, change, key=known)
        if flow.is_closed(definition, status):
            return


def main() -> None:
    file, first, count = sys.argv[1:]
    _fill(Settings.load(json.loads(Path(file).read_text(encoding="utf-8"))), int(first), int(count))


if __name__ == "__main__":
    main()
