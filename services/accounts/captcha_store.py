"""Security codes that were given out: rows and statements."""

from datetime import datetime
from uuid import UUID

from services.chassis.db import Rows

ADD_CAPTCHA = "INSERT INTO captchas (captcha_id, expires_at) VALUES (%(captcha_id)s, %(expires_at)s)"
CAPTCHA_IS_OPEN = """
SELECT 1 FROM captchas WHERE captcha_id = %(captcha_id)s AND expires_at > %(now)s AND used_by IS NULL
"""
SPEND_CAPTCHA = """
UPDATE captchas SET used_by = %(used_by)s
WHERE captcha_id = %(captcha_id)s AND expires_at > %(now)s AND coalesce(used_by, %(used_by)s) = %(used_by)s
RETURNING captcha_id
"""
FORGET_CAPTCHAS = "DELETE FROM captchas WHERE expires_at <= %(now)s"


def add_captcha(conn: Rows, captcha_id: UUID, expires_at: datetime) -> None:
    conn.execute(ADD_CAPTCHA, {"captcha_id": captcha_id, "expires_at": expires_at})


def captcha_is_open(conn: Rows, captcha_id: UUID, now: datetime) -> bool:
    return conn.execute(CAPTCHA_IS_OPEN, {"captcha_id": captcha_id, "now": now}).fetchone() is not None


def spend_captcha(conn: Rows, captcha_id: UUID, used_by: str, now: datetime) -> bool:
    """True once, and again only for the command that spent it."""
    params = {"captcha_id": captcha_id, "used_by": used_by, "now": now}
    return conn.execute(SPEND_CAPTCHA, params).fetchone() is not None


def forget_captchas(conn: Rows, now: datetime) -> None:
    conn.execute(FORGET_CAPTCHAS, {"now": now})
