"""The pictures of articles: where they are kept, and who sees one."""

import base64
import hashlib
from collections.abc import Mapping

from services.chassis.event_store.db import Connection
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.content.articles import picture_files, rows, rules
from services.content.schemas.pictures import Picture, ReadPicture


def save(conn: Connection, given: Mapping[str, str]) -> None:
    for name, content in given.items():
        data = base64.b64decode(content)
        digest = hashlib.sha256(data).hexdigest()[:16]
        conn.execute(
            rows.SAVE_PICTURE, {"name": name, "type": picture_files.type_of(name), "digest": digest, "bytes": data}
        )


def read_picture(tx: Transaction, _: Settings, asked: ReadPicture) -> Picture:
    """That of this article, to an actor who may read it: raises NoSuchItem, or AccountRequired."""
    found = rows.article(tx.conn, "news", asked.slug, tx.now)
    rules.require(tx.actor, found.audience)
    if (stored := rows.picture(tx.conn, found.image)) is None:
        raise rules.NoSuchItem
    kind, data = stored
    return Picture(type=kind, content=base64.b64encode(data).decode(), public=found.audience == "public")
