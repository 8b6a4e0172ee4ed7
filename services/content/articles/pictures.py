"""The pictures of articles: where they are kept, and who sees one."""

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.chassis.actors import Actor
from services.chassis.event_store.db import Rows
from services.content.articles import picture_files
from services.content.articles import rows as store
from services.content.articles import rules as readers
from services.content.schemas.pictures import Picture

SAVE = """
INSERT INTO pictures (name, type, digest, bytes) VALUES (%(name)s, %(type)s, %(digest)s, %(bytes)s)
ON CONFLICT (name) DO UPDATE SET type = excluded.type, digest = excluded.digest, bytes = excluded.bytes
WHERE pictures.digest <> excluded.digest
"""
FIND = "SELECT type, bytes FROM pictures WHERE name = %(name)s"


def save(conn: Rows, given: Mapping[str, str]) -> None:
    for name, content in given.items():
        data = base64.b64decode(content)
        digest = hashlib.sha256(data).hexdigest()[:16]
        conn.execute(SAVE, {"name": name, "type": picture_files.type_of(name), "digest": digest, "bytes": data})


def read_picture(conn: Rows, slug: str, actor: Actor | None, now: datetime) -> Picture:
    """That of this article, to whoever may read it: raises NoSuchItem, or AccountRequired."""
    found = store.article(conn, "news", slug, now)
    if found is None or actor is None:
        raise readers.NoSuchItem
    readers.require(actor, found["audience"])
    row: dict[str, Any] | None = conn.execute(FIND, {"name": found.get("image", "")}).fetchone()
    if row is None:
        raise readers.NoSuchItem
    content = base64.b64encode(row["bytes"]).decode()
    return Picture(type=row["type"], content=content, public=found["audience"] == "public")
