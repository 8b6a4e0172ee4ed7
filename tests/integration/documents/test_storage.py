"""The storage space: what its holder adds, changes and takes out, its limits also under many hands, and its end."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from services.chassis.actors import Actor, system
from services.chassis.errors import Forbidden, NotFound, Refusal
from services.chassis.event_store.keys import KeyDestroyed
from services.documents.files import grants, views
from services.documents.files.grants import Grant
from services.documents.files.rules import LabelMissing, NotAHolder
from services.documents.inspection.formats import FileTooLarge, ForbiddenFormat
from services.documents.inspection.scan import Scanner
from services.documents.samples.rules import sample
from services.documents.samples.sample_import import import_spaces
from services.documents.schemas import storage
from services.documents.schemas.refusals import UnknownFile, UnknownStored
from services.documents.schemas.storage import SamplePiece, SampleSpace, StoredDocument
from services.documents.storage import use_cases as storing
from services.documents.storage.rules import LastFile, PieceFull, SpaceFull
from tests.integration.documents.conftest import Desk, by, get, put
from tests.support.at_once import at_once
from tests.support.heard import hear

AT_ONCE = 50
IMPORTER = system("import")


def holder() -> Grant:
    return grants.of_space(Actor(kind="citizen", id=str(uuid4())))


def announce(desk: Desk, who: Grant, document_id: UUID, label: str, name: str = "cni.pdf", size: int = 10) -> UUID:
    new = storage.BeginStoring(document_id=document_id, label=label, filename=name, size=size)
    return desk.do(storing.begin, new, who).file_id


def add(desk: Desk, who: Grant, label: str = "Livret de famille", *names: str, to: UUID | None = None) -> UUID:
    """A piece with these files, or these files to a piece; gives its id."""
    document_id = to or uuid4()
    for name in names or ("livret.pdf",):
        content = sample(name)[0]
        file_id = announce(desk, who, document_id, label, name, len(content))
        put(desk.address(who, file_id).put_url, content)
        assert desk.finish(who, file_id).state == "ready"
    return document_id


def shown(desk: Desk, who: Grant) -> list[StoredDocument]:
    return list(desk.stored(who).documents)


def relabel(desk: Desk, who: Grant, document_id: UUID, label: str) -> None:
    desk.do(storing.relabel, storage.RelabelStored(document_id=document_id, label=label), who)


def remove(desk: Desk, who: Grant, document_id: UUID) -> None:
    desk.do(storing.remove, storage.RemoveStored(document_id=document_id), who)


def remove_file(desk: Desk, who: Grant, file_id: UUID) -> None:
    desk.do(storing.remove_file, storage.RemoveStoredFile(file_id=file_id), who)


def counted(desk: Desk, who: Grant) -> storage.StorageCount:
    return desk.do(views.counted, storage.CountStorage(), who)


def filled(desk: Desk, *spaces: storage.SampleSpace, actor: Actor = IMPORTER) -> int:
    return import_spaces(desk.store, by(actor), storage.ImportStorage(spaces=spaces), desk.objects).added


def test_a_piece_is_kept_with_its_files_and_can_be_read_again(desk: Desk) -> None:
    who = holder()
    add(desk, who, "  Ma carte \n d’identité ", "recto.jpg", "verso.jpg")
    [piece] = shown(desk, who)
    assert (piece.label, [file.name for file in piece.files]) == ("Ma carte d’identité", ["recto.jpg", "verso.jpg"])
    found = desk.view(who, piece.files[0].id)
    assert get(found.get_url).startswith(b"\xff\xd8")


def test_labels_and_names_are_sealed_with_the_key_of_the_space(desk: Desk) -> None:
    who = holder()
    add(desk, who, "Avis d’imposition", "avis.pdf")
    [file] = desk.files(who.owner)
    assert b"avis" not in file.name + file.label
    opened = desk.run(lambda tx: [tx.open(str(who.owner.id), sealed) for sealed in (file.label, file.name)])
    assert opened == ["Avis d’imposition", "avis.pdf"]


def test_an_eleventh_piece_is_refused_with_a_sentence_and_nothing_of_it_remains(desk: Desk) -> None:
    who = holder()
    ids = [uuid4() for _ in range(10)]
    for document_id in ids:
        announce(desk, who, document_id, "Pièce")
    with pytest.raises(SpaceFull, match="contient déjà 10 pièces"):
        announce(desk, who, uuid4(), "Une de trop")
    assert announce(desk, who, ids[-1], "Pièce"), "a file of a piece that is there"
    assert desk.stored(who).taken == 10


def accepted(desk: Desk, who: Grant, document_id: UUID | None, refusal: type[Refusal], count: int) -> int:
    """How many files of that piece, or each of a new piece, are accepted of so many that are announced at once."""
    wanted = [document_id or uuid4() for _ in range(count)]
    return len(at_once(lambda one: announce(desk, who, one, "Pièce"), wanted, refusal, threads=count))


def test_fifty_pieces_at_once_leave_ten(desk: Desk) -> None:
    who = holder()
    assert accepted(desk, who, None, SpaceFull, AT_ONCE) == desk.stored(who).taken == 10


def test_a_fifth_file_is_refused_also_when_four_come_at_once(desk: Desk) -> None:
    who, document_id = holder(), uuid4()
    assert accepted(desk, who, document_id, PieceFull, 8) == 4
    with pytest.raises(PieceFull, match="4 fichiers au plus"):
        announce(desk, who, document_id, "Avis")


def test_a_place_whose_only_file_was_refused_is_free_again(desk: Desk) -> None:
    who = holder()
    file_id = announce(desk, who, uuid4(), "Faux", "faux.pdf", 5)
    put(desk.address(who, file_id).put_url, b"hello")
    assert desk.finish(who, file_id).state == "refused"
    assert (shown(desk, who), desk.stored(who).taken) == ([], 0)


@pytest.mark.parametrize(
    ("name", "size", "refusal"), [("virus.exe", 10, ForbiddenFormat), ("gros.pdf", 5_000_001, FileTooLarge)]
)
def test_the_towns_limits_are_those_of_requests(desk: Desk, name: str, size: int, refusal: type[Refusal]) -> None:
    who = holder()
    with pytest.raises(refusal):
        announce(desk, who, uuid4(), "Pièce", name, size)
    assert desk.stored(who).taken == 0


@pytest.mark.parametrize("label", ["", "  \n "])
def test_a_piece_without_a_name_is_not_made(desk: Desk, label: str) -> None:
    with pytest.raises(UnknownStored):
        announce(desk, holder(), uuid4(), label)


def test_a_piece_is_renamed_and_never_loses_its_name(desk: Desk) -> None:
    who = holder()
    document_id = add(desk, who, "Facture")
    relabel(desk, who, document_id, "Justificatif de domicile")
    assert [piece.label for piece in shown(desk, who)] == ["Justificatif de domicile"]
    with pytest.raises(LabelMissing) as refused:
        relabel(desk, who, document_id, " ")
    assert refused.value.fields == {"label": "Donnez un nom à cette pièce."}


def test_a_piece_goes_with_its_files_and_their_bytes(desk: Desk) -> None:
    who = holder()
    document_id = add(desk, who, "Avis", "avis-1.pdf", "avis-2.pdf")
    keys = {str(file.object_key) for file in desk.files(who.owner)}
    remove(desk, who, document_id)
    remove(desk, who, document_id)
    desk.delete_doomed()
    assert shown(desk, who) == []
    assert not keys & {key for key, _ in desk.objects.kept_ones()}


def test_the_last_file_of_a_piece_goes_only_with_it(desk: Desk) -> None:
    who = holder()
    add(desk, who, "CNI", "recto.jpg", "verso.jpg")
    recto, verso = shown(desk, who)[0].files
    remove_file(desk, who, recto.id)
    remove_file(desk, who, recto.id)
    with pytest.raises(LastFile):
        remove_file(desk, who, verso.id)
    assert [file.name for file in shown(desk, who)[0].files] == ["verso.jpg"]


def test_a_piece_of_another_holder_is_not_found(desk: Desk) -> None:
    who, other = holder(), holder()
    document_id = add(desk, who)
    [file] = shown(desk, who)[0].files
    for act in (
        lambda: announce(desk, other, document_id, "À moi"),
        lambda: relabel(desk, other, document_id, "À moi"),
        lambda: remove(desk, other, document_id),
        lambda: remove_file(desk, other, file.id),
        lambda: desk.view(other, file.id),
    ):
        with pytest.raises(NotFound):
            act()
    assert (len(shown(desk, who)), shown(desk, other)) == (1, [])


def test_a_document_of_a_request_is_none_of_a_space(desk: Desk) -> None:
    draft = desk.draft()
    handed = desk.hand_in(draft, "piece-identite", "recto.jpg")
    who = replace(holder(), owner=replace(holder().owner, id=draft.request_id))
    for act in (
        lambda: remove(desk, who, handed.document_id),
        lambda: remove_file(desk, who, handed.file_id),
        lambda: desk.view(who, handed.file_id),
    ):
        with pytest.raises((UnknownStored, UnknownFile)):
            act()


@pytest.mark.parametrize("kind", ["visitor", "tracking", "agent", "partner", "system"])
def test_only_account_holders_have_a_space(kind: str) -> None:
    with pytest.raises(NotAHolder):
        grants.of_space(Actor(kind=kind, id=str(uuid4())))


def test_shown_pieces_are_counted_and_a_file_under_examination_takes_room(desk: Desk) -> None:
    who = holder()
    add(desk, who, "CNI", "recto.jpg", "verso.jpg")
    add(desk, who, "Avis")
    assert counted(desk, who).documents == len(shown(desk, who)) == 2
    assert counted(desk, who).most == 10
    who = holder()
    announce(desk, who, uuid4(), "En route")
    space = desk.stored(who)
    assert (space.documents, space.taken, counted(desk, who).documents) == ((), 1, 0)


# --- the end of the account


def test_the_end_of_the_account_drops_what_its_space_holds(desk: Desk) -> None:
    who, other = holder(), holder()
    add(desk, who)
    add(desk, other)
    [file] = desk.files(who.owner)

    hear(desk.store, "accounts", "PersonErased", who.owner.id)
    hear(desk.store, "accounts", "PersonErased", who.owner.id)
    desk.delete_doomed()

    assert desk.files(who.owner) == []
    assert desk.run(lambda tx: tx.open(who.owner.key, file.label)) is None
    assert str(file.object_key) not in {key for key, _ in desk.objects.kept_ones()}
    assert len(shown(desk, other)) == 1
    with pytest.raises(KeyDestroyed):
        announce(desk, who, uuid4(), "Tard")


def test_a_file_whose_account_ends_while_it_is_examined_leaves_nothing(desk: Desk) -> None:
    who, content = holder(), sample("recto.jpg")[0]
    file_id = announce(desk, who, uuid4(), "CNI", "recto.jpg", len(content))

    class EndsMeanwhile(Scanner):
        def scan(self, file: object) -> str:
            hear(desk.store, "accounts", "PersonErased", who.owner.id)
            return "clean"

    put(desk.address(who, file_id).put_url, content)
    with pytest.raises(KeyDestroyed):
        replace(desk, scanner=EndsMeanwhile("")).finish(who, file_id)
    assert desk.files(who.owner) == []


# --- the demonstration


def pieces(*titles: str) -> tuple[SamplePiece, ...]:
    return tuple(SamplePiece(title=title, files=("b.pdf", "a.pdf", "c.pdf"), added="D-35") for title in titles)


def test_a_sample_space_is_filled_once_and_left_to_its_holder(desk: Desk) -> None:
    who = holder()
    given = SampleSpace(account_id=who.owner.id, pieces=pieces("Livret de famille", "Avis"))
    assert filled(desk, given) == 2
    assert filled(desk, given) == 0
    first, second = shown(desk, who)
    assert (first.label, second.label) == ("Livret de famille", "Avis")
    assert [file.name for file in first.files] == ["b.pdf", "a.pdf", "c.pdf"]
    for piece in (first, second):  # one that its holder emptied stays empty
        remove(desk, who, piece.id)
    assert filled(desk, given) == 0
    assert shown(desk, who) == []


def test_a_sample_space_with_too_many_pieces_is_refused_whole(desk: Desk) -> None:
    who = holder()
    given = SampleSpace(account_id=who.owner.id, pieces=pieces(*(f"Pièce {n}" for n in range(11))))
    with pytest.raises(SpaceFull, match="peut encore recevoir 10 pièces, pas 11"):
        filled(desk, given)
    assert shown(desk, who) == []


def test_only_a_process_of_ours_fills_spaces(desk: Desk) -> None:
    with pytest.raises(Forbidden):
        filled(desk, actor=Actor(kind="citizen", id=str(uuid4())))
