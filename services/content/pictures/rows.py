"""Rows of the town's pictures, of the sizes in which each can be had, and of the one on the front page."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, LiteralString

from services.chassis.contracts import from_json
from services.chassis.event_store.db import Connection
from services.content.pictures import picture_files
from services.content.pictures.scaling import Size
from services.content.schemas.pictures import HomePicture

SIZES: LiteralString = """(
    SELECT json_agg(json_build_array(s.width, s.height) ORDER BY s.width) FROM picture_sizes AS s WHERE s.digest = p.digest
)"""
"""Those of the picture `p`, the narrowest first."""

SAVE = """
INSERT INTO pictures (name, type, digest, bytes) VALUES (%(name)s, %(type)s, %(digest)s, %(bytes)s)
ON CONFLICT (name) DO UPDATE SET type = excluded.type, digest = excluded.digest, bytes = excluded.bytes
WHERE pictures.digest <> excluded.digest
"""
SCALED = "SELECT DISTINCT digest FROM picture_sizes WHERE digest = ANY(%(digests)s)"
SAVE_SIZE = """
INSERT INTO picture_sizes (digest, width, height, bytes) VALUES (%(digest)s, %(width)s, %(height)s, %(data)s)
ON CONFLICT DO NOTHING
"""
FORGET_SIZES = "DELETE FROM picture_sizes s WHERE NOT EXISTS (SELECT FROM pictures p WHERE p.digest = s.digest)"
# The narrowest that is no narrower than asked for, if one is kept; else, and at 0, the picture as it was given.
ONE = """
SELECT CASE WHEN s.bytes IS NULL THEN p.type ELSE 'image/webp' END AS type, coalesce(s.bytes, p.bytes) AS bytes
FROM pictures AS p LEFT JOIN LATERAL (
    SELECT bytes FROM picture_sizes WHERE digest = p.digest AND width >= %(width)s AND %(width)s > 0 ORDER BY width LIMIT 1
) AS s ON true
WHERE p.name = %(name)s
"""

SAVE_HOME = """
INSERT INTO home_picture (image, alt) VALUES (%(image)s, %(image_alt)s)
ON CONFLICT (only_row) DO UPDATE SET image = excluded.image, alt = excluded.alt
"""
HOME: LiteralString = f"""
SELECT h.image, h.alt AS image_alt, coalesce(p.digest, '') AS picture, {SIZES} AS sizes
FROM home_picture AS h LEFT JOIN pictures AS p ON p.name = h.image
"""  # noqa: S608 parts of ours


class OnFrontPage(HomePicture):
    """`image`: the name of its file; `picture` is "" where no such file was given."""

    image: str


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def scaled(conn: Connection, digests: Sequence[str]) -> set[str]:
    """Of these pictures, those whose sizes are kept."""
    return {row["digest"] for row in conn.execute(SCALED, {"digests": list(digests)})}


def save(conn: Connection, given: Mapping[str, str], drawn: Mapping[str, Sequence[Size] | None]) -> None:
    """Keeps each picture, with the sizes that were made of those that are new. `given`: in base64, by name."""
    for name, content in given.items():
        data = base64.b64decode(content)
        digest = digest_of(data)
        conn.execute(SAVE, {"name": name, "type": picture_files.type_of(name), "digest": digest, "bytes": data})
        for size in drawn.get(name) or ():
            conn.execute(SAVE_SIZE, {"digest": digest, **vars(size)})
    if given:
        conn.execute(FORGET_SIZES)


def one(conn: Connection, name: str, width: int) -> tuple[str, bytes] | None:
    """Type and bytes of the narrowest that is no narrower than asked for, else, and at 0, of the picture as it was given."""
    row = conn.execute(ONE, {"name": name, "width": width}).fetchone()
    return (row["type"], row["bytes"]) if row else None


def sized(sizes: Sequence[Sequence[int]] | None) -> dict[str, Any]:
    """What pages need of a picture's sizes, so that nothing moves when it comes: its widths, and how tall the widest is."""
    known = sizes or ()
    return {"picture_widths": [width for width, _ in known], "picture_height": known[-1][1] if known else 0}


def save_home(conn: Connection, picture: Mapping[str, Any]) -> None:
    conn.execute(SAVE_HOME, picture)


def home(conn: Connection) -> OnFrontPage | None:
    """The picture of the front page; None where the town gave none."""
    row = conn.execute(HOME).fetchone()
    return from_json(OnFrontPage, {**row, **sized(row["sizes"])}) if row else None
