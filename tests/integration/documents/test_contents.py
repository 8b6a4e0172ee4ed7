"""Bytes that several files share: the last file dropped dooms them, in any order and whatever happens meanwhile."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from uuid import UUID, uuid4

import pytest

from services.chassis.event_store.store import Transaction
from services.documents.files import rows, steps as file_changes
from services.documents.lifetime import use_cases as lifetime
from services.documents.schemas import owner as owners
from services.documents.schemas.owner import Owner
from services.documents.schemas.refusals import UnknownFile
from services.documents.storage.copying import copy_files
from tests.integration.documents.conftest import Desk, lay

ROUNDS = 40
MIGRATIONS = Path("services/documents/migrations")


def kept(desk: Desk, piece: str = "piece-identite") -> rows.File:
    """A file of a new draft."""
    return desk.row(desk.hand_in(desk.draft(), piece, "recto.jpg").file_id)


def copied(tx: Transaction, file: rows.File, to: Owner) -> UUID:
    """A document of that owner with a copy of the file; gives its id."""
    document_id = uuid4()
    label = tx.seal(to.key, "Copie")
    rows.add_document(tx.conn, to, document_id, tx.now, piece="autre", side="citizen", label=label)
    copy_files(tx, [(file, document_id)], to)
    return document_id


def copy_of(desk: Desk, file: rows.File) -> rows.File:
    """The file once more, in a space of its own."""
    to = owners.space(uuid4())
    desk.run(copied, file, to)
    [copy] = desk.files(to)
    return copy


def drop(desk: Desk, *files: rows.File) -> None:
    desk.run(file_changes.delete, files)


def held(desk: Desk, file: rows.File) -> int:
    with desk.store.read() as conn:
        row = conn.execute("SELECT held FROM contents WHERE object_key = %s", (file.object_key,)).fetchone()
    return row["held"] if row else 0


def doomed(desk: Desk, file: rows.File) -> bool:
    with desk.store.read() as conn:
        query = "SELECT FROM doomed_objects WHERE object_key = %s"
        return conn.execute(query, (file.object_key,)).fetchone() is not None


def test_a_copy_holds_the_same_bytes_under_the_key_of_its_owner_alone(desk: Desk) -> None:
    file = kept(desk)
    copy = copy_of(desk, file)
    assert (copy.object_key, copy.sha256, held(desk, file)) == (file.object_key, file.sha256, 2)

    drop(desk, file)
    assert (held(desk, file), doomed(desk, file)) == (1, False)

    drop(desk, copy)
    assert (held(desk, file), doomed(desk, file)) == (0, True)
    desk.destroy_key(file.owner.key)
    assert desk.run(lambda tx: tx.open(file.owner.key, file.name)) is None
    assert desk.run(lambda tx: tx.open(copy.owner.key, copy.name)) == "recto.jpg"


def test_a_refused_file_holds_nothing(desk: Desk) -> None:
    file = kept(desk)
    copy = copy_of(desk, file)
    for refused, left in ((file, (1, False)), (copy, (0, True))):
        desk.run(lifetime.reject, refused.id, "infected")
        assert (held(desk, file), doomed(desk, file)) == left

    drop(desk, file, copy)
    assert held(desk, file) == 0


def test_nothing_is_copied_of_bytes_that_are_gone(desk: Desk) -> None:
    file = kept(desk)
    drop(desk, file)
    with pytest.raises(UnknownFile):
        copy_of(desk, file)
    assert held(desk, file) == 0


def test_a_file_dropped_while_it_is_copied_leaves_a_whole_copy_or_none(desk: Desk) -> None:
    """Neither holds the other's stream: what keeps them apart is the count."""
    for _ in range(ROUNDS):
        file, to = kept_without_upload(desk), owners.space(uuid4())

        def copy(file: rows.File = file, to: Owner = to) -> bool:
            try:
                desk.run(copied, file, to)
            except UnknownFile:
                return False
            return True

        was_copied, _ = at_once(copy, lambda file=file: drop(desk, file))

        assert len(desk.files(to)) == held(desk, file) == int(was_copied)
        assert doomed(desk, file) is not was_copied


def test_two_files_of_the_same_bytes_dropped_at_once_doom_them(desk: Desk) -> None:
    for _ in range(ROUNDS):
        file = kept_without_upload(desk)
        copy = copy_of(desk, file)
        at_once(lambda file=file: drop(desk, file), lambda copy=copy: drop(desk, copy))
        assert (held(desk, file), doomed(desk, file)) == (0, True)


def test_files_of_two_owners_copied_and_dropped_in_any_order_never_wait_in_a_ring(desk: Desk) -> None:
    for _ in range(ROUNDS):
        one, two = kept_without_upload(desk), kept_without_upload(desk)
        copies = [copy_of(desk, one), copy_of(desk, two)]
        at_once(lambda one=one, two=two: drop(desk, one, two), lambda copies=copies: drop(desk, *reversed(copies)))
        assert doomed(desk, one)
        assert doomed(desk, two)


# --- the version before, which runs beside this one while a town is upgraded


def test_an_object_of_two_files_is_doomed_when_the_version_before_drops_both(desk: Desk) -> None:
    file = kept(desk)
    copy = copy_of(desk, file)
    for dropped, left in ((file, (1, False)), (copy, (0, True))):
        with desk.store.transaction() as tx:
            tx.conn.execute("DELETE FROM files WHERE id = %s", (dropped.id,))
            tx.conn.execute(rows.DOOM, {"key": file.object_key, "now": tx.now})
        assert (held(desk, file), doomed(desk, file)) == left


def test_a_document_written_by_the_version_before_is_counted(desk: Desk) -> None:
    request_id, document_id = uuid4(), uuid4()
    with desk.store.transaction() as tx:
        tx.conn.execute(
            "INSERT INTO documents (id, request_id, piece, side, label, sensitive, created_at) "
            "VALUES (%s, %s, 'autre', 'citizen', %s, false, %s)",
            (document_id, request_id, tx.seal(str(request_id), "Devis"), tx.now),
        )
        tx.conn.execute(
            "INSERT INTO files (id, document_id, object_key, state, announced_bytes, extension, name, created_at) "
            "VALUES (%s, %s, %s, 'awaited', 1, 'pdf', %s, %s)",
            (uuid4(), document_id, uuid4(), tx.seal(str(request_id), "devis.pdf"), tx.now),
        )
    [file] = desk.files(owners.request(request_id))
    assert (file.owner, held(desk, file)) == (owners.request(request_id), 1)


def test_files_of_before_are_counted_by_the_migration_and_uncounted_go_at_once(desk: Desk) -> None:
    counted, dropped = kept(desk), kept(desk)
    with desk.store.transaction() as tx:
        keys = [counted.object_key, dropped.object_key]
        tx.conn.execute("DELETE FROM contents WHERE object_key = ANY(%s)", (keys,))
    drop(desk, dropped)
    assert doomed(desk, dropped)

    count = (MIGRATIONS / "0041_contents_counted.sql").read_text("utf-8").partition("INSERT")
    with desk.store.transaction() as tx:
        tx.conn.execute(f"{count[1]}{count[2]}")  # type: ignore[arg-type]
    assert (held(desk, counted), held(desk, dropped)) == (1, 0)


def kept_without_upload(desk: Desk) -> rows.File:
    """A ready file whose bytes no test reads."""
    return desk.run(lay, owners.request(uuid4()))


def at_once(*acts: Callable[[], object]) -> list[object]:
    """What each gave, all of them begun together."""
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        start.wait(30)
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))
