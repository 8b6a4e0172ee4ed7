"""Security codes that were given out: rows and statements."""

from datetime import datetime
from uuid import UUID

from services.chassis.event_store.db import Connection

ADD_CAPTCHA = "INSERT INTO captchas (captcha_id, expires_at) VALUES (%(captcha_id)s, %(expires_at)s)"
CAPTCHA_IS_OPEN = """
SELECT 1 FROM captchas WHERE captcha_id = %(captcha_id)s AND expires_at > %(now)s AND used_by IS NULL
"""
SPEND_CAPTCHA = """
UPDATE captchas SET used_by = %(used_by)s
WHERE captcha_id = %(captcha_id)s AND expires_at > %(now)s AND coalesce(used_by, %(used_by)s) = %(used_by)s
RETURNING captcha_id
"""
SOLVE = "UPDATE captchas SET solved_until = %(until)s WHERE captcha_id = %(captcha_id)s"
IS_SOLVED = "SELECT 1 FROM captchas WHERE captcha_id = %(captcha_id)s AND solved_until > %(now)s"
SPEND_SOLVED = """
UPDATE captchas SET solved_until = NULL WHERE captcha_id = %(captcha_id)s AND solved_until > %(now)s RETURNING captcha_id
"""
FORGET_CAPTCHAS = "DELETE FROM captchas WHERE greatest(expires_at, solved_until) <= %(now)s"


def spend_captcha(conn: Connection, captcha_id: UUID, used_by: str, now: datetime) -> bool:
    """True once, and again only for the command that spent it."""
    params = {"captcha_id": captcha_id, "used_by": used_by, "now": now}
    return conn.execute(SPEND_CAPTCHA, params).fetchone() is not None


def solve(conn: Connection, captcha_id: UUID, until: datetime) -> None:
    """The code, which was answered right, stays answered until then, for one use."""
    conn.execute(SOLVE, {"captcha_id": captcha_id, "until": until})


def spend_solved(conn: Connection, captcha_id: UUID, now: datetime) -> bool:
    """True once: of two at the same time, one."""
    return conn.execute(SPEND_SOLVED, {"captcha_id": captcha_id, "now": now}).fetchone() is not None
