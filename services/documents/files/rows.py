"""Reads and single-row writes of documents: SQL beside the row it serves."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from psycopg import Connection
from psycopg.types.json import Jsonb

from services.chassis.contracts import from_json
from services.chassis.event_store.store import Reading
from services.chassis.structs import Struct
from services.documents.schemas.file_states import FileState
from services.documents.schemas.looks import Look
from services.documents.schemas.owner import REQUEST, SPACE, Owner
from services.procedures.schemas.definitions.towns import PortalSettings
from services.townhall.grants import Side

Row = dict[str, Any]

SAVE_TOWN = """
INSERT INTO town (version, settings) VALUES (%(version)s, %(settings)s)
ON CONFLICT (only_row) DO UPDATE SET version = EXCLUDED.version, settings = EXCLUDED.settings
WHERE town.version <= EXCLUDED.version
"""
SAVE_PROCEDURE = """
INSERT INTO procedures (slug, version, definition) VALUES (%(slug)s, %(version)s, %(definition)s)
ON CONFLICT DO NOTHING
"""
PROCEDURE = "SELECT version, definition FROM procedures WHERE slug = %s AND version = %s"
SAVE_REQUEST = """
INSERT INTO requests (id, procedure, version) VALUES (%(id)s, %(procedure)s, %(version)s) ON CONFLICT DO NOTHING
"""
VERSION_OF_A_REQUEST = "SELECT procedure, version FROM requests WHERE id = %s"
DEFINED_AMONG = """
SELECT count(*) AS defined FROM requests JOIN procedures ON slug = procedure AND procedures.version = requests.version
WHERE requests.id = ANY(%s::uuid[])
"""
OWNER: LiteralString = """
SELECT CASE WHEN space_id IS NULL THEN 'request' ELSE 'space' END AS owner_kind, COALESCE(request_id, space_id) AS owner_id
"""
FILES: LiteralString = (
    OWNER
    + """, files.id, files.document_id, object_key, state, announced_bytes, extension, name, kept_bytes, sha256, media_type,
       scan, refusal, examining_since, frozen, pages, files.created_at,
       piece, side, label, author, sensitive, delete_after, announced_at, enclosed_for,
       COALESCE(announced_at, documents.created_at) AS added_at
FROM files JOIN documents ON documents.id = files.document_id
"""
)
IN_ORDER = " ORDER BY documents.created_at, documents.id, files.created_at, files.id"
FILES_OF: dict[str, LiteralString] = {
    REQUEST: FILES + "WHERE documents.request_id = %s" + IN_ORDER,
    SPACE: FILES + "WHERE documents.space_id = %s" + IN_ORDER,
}
FILE = FILES + "WHERE files.id = %(id)s"
FILE_TO_CHANGE = FILE + " FOR UPDATE OF files"
ADD_DOCUMENT = """
INSERT INTO documents (id, request_id, space_id, piece, side, label, author, sensitive, delete_after, enclosed_for, created_at)
VALUES (%(id)s, %(request_id)s, %(space_id)s, %(piece)s, %(side)s, %(label)s, %(author)s, %(sensitive)s, %(delete_after)s,
        %(enclosed_for)s, %(now)s)
"""
DEFAULTS: Row = {
    "side": Side.CITIZEN.value,
    "author": None,
    "sensitive": False,
    "delete_after": None,
    "enclosed_for": None,
}
USE_SPACE = "INSERT INTO used_spaces (space_id) VALUES (%s) ON CONFLICT DO NOTHING"
USED_SPACE = "SELECT space_id FROM used_spaces WHERE space_id = %s"
FORGET_SPACE = "DELETE FROM used_spaces WHERE space_id = %s"
ADD_FILE = """
INSERT INTO files (id, document_id, object_key, state, announced_bytes, extension, name, created_at, frozen)
VALUES (%(id)s, %(document_id)s, %(object_key)s, 'awaited', %(announced_bytes)s, %(extension)s, %(name)s, %(now)s,
        %(frozen)s)
"""
IMPORT_FILE = """
INSERT INTO files (id, document_id, object_key, state, announced_bytes, extension, name, kept_bytes, sha256, media_type,
                   created_at, frozen, pages)
VALUES (%(id)s, %(document_id)s, %(object_key)s, 'ready', %(bytes)s, %(extension)s, %(name)s, %(bytes)s, %(sha256)s,
        %(media_type)s, %(at)s, true, 1)
"""
HELD = "SELECT object_key FROM contents WHERE object_key = ANY(%s) ORDER BY object_key FOR UPDATE"
COPY_FILE = """
INSERT INTO files (id, document_id, object_key, state, announced_bytes, extension, name, kept_bytes, sha256, media_type,
                   scan, created_at, frozen, pages)
SELECT %(id)s, %(document_id)s, object_key, state, announced_bytes, extension, %(name)s, kept_bytes, sha256, media_type,
       scan, %(now)s, %(frozen)s, pages FROM files WHERE id = %(source)s AND state = 'ready'
RETURNING id
"""
BEGIN_EXAMINATION = """
UPDATE files SET state = 'examining', examining_since = %(now)s
WHERE id = %(id)s AND (state = 'awaited' OR (state = 'examining' AND examining_since < %(taken_over_before)s))
RETURNING id
"""
READY = """
UPDATE files SET state = 'ready', scan = %(scan)s, kept_bytes = %(bytes)s, sha256 = %(sha256)s, media_type = %(media_type)s, name = %(name)s,
    pages = %(pages)s
WHERE id = %(id)s AND state = 'examining' AND examining_since = %(mine)s RETURNING id
"""
PAGES = "UPDATE files SET pages = %(pages)s WHERE id = %(id)s AND pages IS NULL"
REFUSED = """
UPDATE files SET state = 'refused', refusal = %(reason)s
WHERE id = %(id)s AND state = 'examining' AND examining_since = %(mine)s RETURNING id
"""
# Changes nothing. Its commit waits for the standbys to have what was decided (decision 56).
CONFIRM = "UPDATE files SET state = state WHERE id = %(id)s"
STILL_MINE = """
SELECT id FROM files WHERE id = %(id)s AND state = 'examining' AND examining_since = %(mine)s FOR UPDATE
"""
DESCRIBE = """
UPDATE documents SET label = %(label)s, sensitive = %(sensitive)s, delete_after = %(after)s WHERE id = %(id)s
"""
RELABEL = "UPDATE documents SET label = %(label)s WHERE id = %(id)s"
OWNER_OF = OWNER + "FROM documents WHERE id = %s"
COUNT_OF_A_SPACE = """
SELECT count(DISTINCT documents.id) AS documents FROM documents JOIN files ON document_id = documents.id
WHERE space_id = %(space_id)s AND state = 'ready'
"""
ANNOUNCED = "UPDATE documents SET announced_at = %(now)s WHERE id = %(id)s AND announced_at IS NULL"
WAITS_NO_MORE = "UPDATE documents SET enclosed_for = NULL WHERE id = %s"
DELETE_FILES = "DELETE FROM files WHERE id = ANY(%s)"
DELETE_EMPTY_DOCUMENTS = """
DELETE FROM documents WHERE id = ANY(%s) AND NOT EXISTS (SELECT FROM files WHERE document_id = documents.id)
"""
DOOM = "INSERT INTO doomed_objects (object_key, since) VALUES (%(key)s, %(now)s) ON CONFLICT DO NOTHING"
DOOMED = "SELECT object_key FROM doomed_objects ORDER BY since LIMIT %(at_most)s"
FORGET_DOOMED = "DELETE FROM doomed_objects WHERE object_key = ANY(%s)"
FREEZE = """
UPDATE files SET frozen = (state = 'ready' AND (%(pieces)s::text[] IS NULL OR piece = ANY(%(pieces)s)))
FROM documents WHERE documents.id = document_id AND request_id = %(request_id)s
"""
CLOSE_REQUEST = "UPDATE requests SET closed = true WHERE id = %s"
DELETE_DOCUMENTS: dict[str, LiteralString] = {
    REQUEST: "DELETE FROM documents WHERE request_id = %s",
    SPACE: "DELETE FROM documents WHERE space_id = %s",
}
END_DRAFT = "INSERT INTO ended_drafts (id, ended_at) VALUES (%(id)s, %(at)s) ON CONFLICT DO NOTHING"
STALE_FILES: LiteralString = (
    FILES + "WHERE state <> 'ready' AND files.created_at < %(before)s LIMIT 500 FOR UPDATE OF files SKIP LOCKED"
)
UNSCANNED = """
SELECT id, object_key FROM files WHERE state = 'ready' AND scan = 'not_scanned' AND id > %(after)s
ORDER BY id LIMIT %(at_most)s
"""
SCANNED = "UPDATE files SET scan = %(scan)s WHERE id = %(id)s AND scan = 'not_scanned'"
REJECTED = "UPDATE files SET state = 'refused', refusal = %(reason)s WHERE id = %(id)s"
UNREADABLE_FILES: LiteralString = """
WITH bite AS MATERIALIZED (
    SELECT id, COALESCE(request_id, space_id) AS owner_id FROM documents WHERE id > %(after)s ORDER BY id LIMIT %(at_most)s
)
SELECT (SELECT id FROM bite ORDER BY id OFFSET %(at_most)s - 1) AS last, array(
    SELECT files.id FROM bite JOIN keys ON keys.key_id = bite.owner_id::text AND keys.destroyed_at IS NOT NULL
    JOIN files ON files.document_id = bite.id
) AS unreadable
"""
NAMED = """
SELECT object_key FROM files WHERE object_key = ANY(%(keys)s)
UNION SELECT object_key FROM doomed_objects WHERE object_key = ANY(%(keys)s)
UNION SELECT object_key FROM archives WHERE object_key = ANY(%(keys)s)
"""

RECORD_LOOK: LiteralString = """
INSERT INTO staff_views (file_id, request_id, agent_id, agent_name, viewed_at)
VALUES (%(file)s, %(request)s, %(agent)s, %(name)s, %(now)s)
"""
LOOKS: LiteralString = """
SELECT v.id, agent_id, agent_name, viewed_at, label, v.request_id::text FROM staff_views v
LEFT JOIN files ON files.id = file_id LEFT JOIN documents ON documents.id = files.document_id
WHERE (viewed_at, v.id) < (%(before_at)s, %(before_id)s)"""
LOOKS_OF_REQUEST: LiteralString = " AND v.request_id = %(request)s"
LOOKS_OF_AGENT: LiteralString = " AND agent_id = %(agent)s"
LOOKS_OF_DAY: LiteralString = " AND viewed_at >= %(first)s AND viewed_at < %(last)s"
LATEST_LOOKS: LiteralString = " ORDER BY viewed_at DESC, v.id DESC LIMIT %(at_most)s"
FORGET_LOOKS: LiteralString = "DELETE FROM staff_views WHERE viewed_at < %s"
PAGE_TO_VERIFY = FILES + "WHERE state = 'ready' AND files.id > %(after)s ORDER BY files.id LIMIT 500"
STILL_NAMED: LiteralString = "SELECT id FROM files WHERE id = %(id)s AND object_key = %(object_key)s"


class SampleFile(Struct):
    """A file of the demonstration, whose bytes are in the object store."""

    id: UUID
    object_key: UUID
    name: str
    extension: str
    bytes: int
    sha256: str
    media_type: str


class File(Struct):
    """A file and the document that it belongs to, names still sealed."""

    id: UUID
    document_id: UUID
    object_key: UUID
    state: FileState
    announced_bytes: int
    extension: str
    name: bytes
    kept_bytes: int | None
    sha256: str | None
    media_type: str | None
    scan: str
    refusal: str | None
    examining_since: datetime | None
    frozen: bool
    pages: int | None
    created_at: datetime
    owner_kind: str
    owner_id: UUID
    piece: str
    side: Side
    label: bytes
    author: bytes | None
    sensitive: bool
    delete_after: str | None
    announced_at: datetime | None
    enclosed_for: str | None
    added_at: datetime

    @property
    def ready(self) -> bool:
        return self.state is FileState.READY

    @property
    def waits(self) -> bool:
        """Whether it is for the town alone, until the decision for which it was handed in."""
        return self.enclosed_for is not None and self.announced_at is None

    @property
    def owner(self) -> Owner:
        return Owner(kind=self.owner_kind, id=self.owner_id)


def save_town(conn: Connection[Row], version: int, settings: dict[str, Any]) -> None:
    conn.execute(SAVE_TOWN, {"version": version, "settings": Jsonb(settings)})


def town_settings(conn: Connection[Row]) -> PortalSettings | None:
    row = conn.execute("SELECT settings FROM town").fetchone()
    return from_json(PortalSettings, row["settings"]) if row else None


def looks(tx: Reading, which: LiteralString, given: Mapping[str, object]) -> tuple[Look, ...]:
    """The latest first, each with the name of its piece as far as it can be read."""
    return tuple(_look(tx, row) for row in tx.conn.execute(LOOKS + which + LATEST_LOOKS, given).fetchall())


def unreadable(conn: Connection[Row], after: UUID, at_most: int) -> tuple[list[UUID], UUID | None]:
    """The files of so many documents that come after that one, and the last document; None when there were fewer."""
    found = conn.execute(UNREADABLE_FILES, {"after": after, "at_most": at_most}).fetchall()[0]
    return found["unreadable"], found["last"]


def import_file(conn: Connection[Row], file: SampleFile, sealed_name: bytes, document_id: UUID, at: datetime) -> None:
    conn.execute(IMPORT_FILE, {**vars(file), "name": sealed_name, "document_id": document_id, "at": at})


def version_of(conn: Connection[Row], request_id: UUID) -> tuple[str, int] | None:
    """The procedure by which the request was filed, and its version."""
    row = conn.execute(VERSION_OF_A_REQUEST, (request_id,)).fetchone()
    return (row["procedure"], row["version"]) if row else None


def submitted(conn: Connection[Row], request_id: UUID) -> bool:
    return conn.execute("SELECT id FROM requests WHERE id = %s", (request_id,)).fetchone() is not None


def closed(conn: Connection[Row], request_id: UUID) -> bool:
    row = conn.execute("SELECT closed FROM requests WHERE id = %s", (request_id,)).fetchone()
    return row is not None and row["closed"]


def files(conn: Connection[Row], statement: LiteralString, given: Mapping[str, object] | tuple[object]) -> list[File]:
    found = conn.execute(statement, given).fetchall()
    return [File(state=FileState(row.pop("state")), side=Side(row.pop("side")), **row) for row in found]


def files_of(conn: Connection[Row], owner: Owner) -> list[File]:
    """All files of a request, a draft or a space, documents in the order in which they came."""
    return files(conn, FILES_OF[owner.kind], (owner.id,))


def ready_of_requests(conn: Connection[Row], request_ids: Collection[UUID]) -> list[File]:
    query = FILES + "WHERE documents.request_id = ANY(%s) AND files.state = 'ready'" + IN_ORDER
    return files(conn, query, (list(request_ids),))


def add_document(conn: Connection[Row], owner: Owner, document_id: UUID, now: datetime, **columns: Any) -> None:
    """A document that has no file yet; `columns`: piece and the sealed label, and what differs from DEFAULTS."""
    of = {"request_id": None, "space_id": None, f"{owner.kind}_id": owner.id}
    conn.execute(ADD_DOCUMENT, {**DEFAULTS, **of, "id": document_id, "now": now, **columns})


def owner_of(conn: Connection[Row], document_id: UUID) -> Owner | None:
    """Whose the document is; None when there is none."""
    row = conn.execute(OWNER_OF, (document_id,)).fetchone()
    return Owner(kind=row["owner_kind"], id=row["owner_id"]) if row else None


def file(conn: Connection[Row], file_id: UUID, *, to_change: bool = False) -> File | None:
    return next(iter(files(conn, FILE_TO_CHANGE if to_change else FILE, {"id": file_id})), None)


def used(conn: Connection[Row], space_id: UUID) -> bool:
    """Whether the space has ever held a piece."""
    return conn.execute(USED_SPACE, (space_id,)).fetchone() is not None


def ended(conn: Connection[Row], draft_id: UUID) -> bool:
    return conn.execute("SELECT id FROM ended_drafts WHERE id = %s", (draft_id,)).fetchone() is not None


def unnamed(conn: Connection[Row], keys: list[UUID]) -> list[UUID]:
    """Those of the keys that no row names."""
    named = {row["object_key"] for row in conn.execute(NAMED, {"keys": keys}).fetchall()}
    return [key for key in keys if key not in named]


def _look(tx: Reading, row: Row) -> Look:
    piece = tx.open_text(row["request_id"], row["label"]) if row["label"] is not None else None
    return from_json(Look, row | {"at": row["viewed_at"].isoformat(), "piece": piece})
