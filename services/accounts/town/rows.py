"""The town's settings for accounts, as procedures published them: rows and statements."""

from services.accounts.town.rules import Town
from services.chassis.event_store.db import Connection, fetch_one

TOWN = """
SELECT name, words, idle_minutes, activation_hours, reset_minutes, inactive_months, inactive_warnings_days FROM town
"""

SAVE_TOWN = """
INSERT INTO town (version, name, words, idle_minutes, activation_hours, reset_minutes, inactive_months, inactive_warnings_days)
VALUES (%(version)s, %(name)s, %(words)s, %(idle_minutes)s, %(activation_hours)s, %(reset_minutes)s, %(inactive_months)s,
    %(inactive_warnings_days)s)
ON CONFLICT (only_row) DO UPDATE SET version = excluded.version, name = excluded.name, words = excluded.words,
    idle_minutes = excluded.idle_minutes, activation_hours = excluded.activation_hours,
    reset_minutes = excluded.reset_minutes, inactive_months = excluded.inactive_months,
    inactive_warnings_days = excluded.inactive_warnings_days
WHERE town.version <= excluded.version
"""


def town(conn: Connection) -> Town:
    """The defaults until procedures has published the town."""
    return fetch_one(conn, Town, TOWN) or Town()


def save_town(conn: Connection, version: int, town: Town) -> None:
    """An older version that is received late changes nothing."""
    lists = {"words": list(town.words), "inactive_warnings_days": list(town.inactive_warnings_days)}
    conn.execute(SAVE_TOWN, vars(town) | lists | {"version": version})
