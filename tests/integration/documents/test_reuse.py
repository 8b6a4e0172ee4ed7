"""Pieces that go from a space into a request and back: copies, all that is asked or nothing, whatever happens meanwhile."""

from uuid import UUID, uuid4

import pytest

from services.chassis.errors import Forbidden
from services.documents.files import rows
from services.documents.files.grants import Grant
from services.documents.files.rules import DraftEnded, StillExamined, TooManyFiles, UnknownPiece
from services.documents.inspection.formats import ForbiddenFormat
from services.documents.intake import use_cases as examining
from services.documents.lifetime import use_cases as lifetime
from services.documents.schemas.refusals import UnknownFile, UnknownStored
from services.documents.schemas.storage import Chosen, Copied, StoreCopies, UseStored
from services.documents.storage import reuse
from services.documents.storage.rules import SpaceFull
from tests.integration.documents.conftest import Desk, lay
from tests.integration.documents.test_contents import at_once, doomed, held
from tests.integration.documents.test_storage import add, announce, holder, relabel, remove, shown
from tests.support import published

ROUNDS = 30
IDENTITY = "piece-identite"  # two files at most, of acte-naissance; goes with the decision


def use(desk: Desk, who: Grant, grant: Grant, *wanted: tuple[UUID, str]) -> Copied:
    chosen = tuple(Chosen(document_id=document_id, piece=piece) for document_id, piece in wanted)
    return desk.do(reuse.in_request, UseStored(grant="g", chosen=chosen), grant, who)


def keep(desk: Desk, who: Grant, grant: Grant, *wanted: UUID) -> Copied:
    return desk.do(reuse.in_space, StoreCopies(grant="g", documents=wanted), grant, who)


def handed(desk: Desk, grant: Grant) -> list[tuple[str, str, list[str]]]:
    listed = desk.listed(grant)
    return [(one.piece, one.label, [file.name for file in one.files]) for one in listed]


def files(desk: Desk, grant: Grant) -> list[rows.File]:
    return desk.files(grant.owner)


# --- from the space


def test_several_pieces_are_copied_at_once_with_their_files(desk: Desk) -> None:
    who, draft = holder(), desk.draft()
    identity = add(desk, who, "CNI", "recto.jpg", "verso.jpg")
    other = add(desk, who, "Livret de famille", "livret.pdf")
    use(desk, who, draft, (identity, IDENTITY), (other, "autre"))
    assert [(piece, names) for piece, _, names in handed(desk, draft)] == [
        (IDENTITY, ["recto.jpg", "verso.jpg"]),
        ("autre", ["livret.pdf"]),
    ]
    assert [label for _, label, _ in handed(desk, draft)][1] == "Livret de famille"
    assert {file.delete_after for file in files(desk, draft) if file.piece == IDENTITY} == {"decision"}
    assert {held(desk, file) for file in files(desk, draft)} == {2}


def test_a_copy_handed_in_with_a_draft_goes_with_the_decision_alone(desk: Desk) -> None:
    who, draft = holder(), desk.draft()
    use(desk, who, draft, (add(desk, who, "CNI", "recto.jpg"), IDENTITY))
    desk.submit(draft)
    assert desk.said(draft.request_id) == ["DocumentAdded"]
    desk.run(lifetime.erase_after_decision, draft.request_id)
    assert files(desk, draft) == []
    [piece] = shown(desk, who)
    assert not doomed(desk, files(desk, who)[0])
    assert piece.label == "CNI"


def test_a_copy_on_a_request_that_was_filed_is_announced_once_a_piece(desk: Desk) -> None:
    who, (draft, _) = holder(), desk.filed()
    grant = desk.grant(draft.request_id)
    use(desk, who, grant, (add(desk, who, "Livret", "a.pdf", "b.pdf"), "autre"), (add(desk, who, "CNI"), IDENTITY))
    assert desk.said(draft.request_id) == ["DocumentAdded", "DocumentReplaced", "DocumentAdded"]
    assert all(file.frozen for file in files(desk, grant))


def test_a_piece_without_room_for_a_copy_prevents_every_copy(desk: Desk) -> None:
    who, draft = holder(), desk.draft()
    fits, too_many = add(desk, who, "Livret"), add(desk, who, "Trois", "a.pdf", "b.pdf", "c.pdf")
    with pytest.raises(TooManyFiles):
        use(desk, who, draft, (fits, "autre"), (too_many, IDENTITY))
    assert files(desk, draft) == []
    one, two, three = (add(desk, who, label) for label in ("Un", "Deux", "Trois"))
    with pytest.raises(TooManyFiles):
        use(desk, who, draft, (one, IDENTITY), (two, IDENTITY), (three, IDENTITY))
    use(desk, who, draft, (one, IDENTITY), (two, IDENTITY))
    assert [len(names) for _, _, names in handed(desk, draft)] == [2]


def test_a_wrong_format_is_refused_with_the_file_s_name(desk: Desk) -> None:
    [photo] = published.procedure("permis-vegetaliser").uploads()
    assert "pdf" not in photo.formats
    who, draft = holder(), desk.draft("permis-vegetaliser")
    with pytest.raises(ForbiddenFormat, match=r"livret\.pdf"):
        use(desk, who, draft, (add(desk, who), photo.slug))
    assert files(desk, draft) == []


def test_a_piece_of_another_person_or_unknown_to_the_procedure_is_not_copied(desk: Desk) -> None:
    who = holder()
    piece = add(desk, who)
    with pytest.raises(UnknownStored):
        use(desk, holder(), desk.draft(), (piece, "autre"))
    with pytest.raises(UnknownPiece):
        use(desk, who, desk.draft(), (piece, "photo-de-vacances"))


def test_nothing_is_copied_to_a_request_closed_to_pieces(desk: Desk) -> None:
    who, ended, filed = holder(), desk.draft(), desk.draft()
    piece = add(desk, who)
    desk.end_draft(ended)
    with pytest.raises(DraftEnded):
        use(desk, who, ended, (piece, "autre"))
    reader = desk.grant(filed.request_id, rights=frozenset({"read"}))
    with pytest.raises(Forbidden):
        use(desk, who, reader, (piece, "autre"))


def test_a_file_under_examination_keeps_its_piece_from_being_copied_either_way(desk: Desk) -> None:
    who, draft = holder(), desk.draft()
    piece = add(desk, who, "CNI", "recto.jpg")
    desk.run(examining.begin_examination, who, announce(desk, who, piece, "CNI", "verso.jpg"))
    with pytest.raises(StillExamined):
        use(desk, who, draft, (piece, "autre"))
    handed_in = desk.hand_in(draft, IDENTITY, "recto.jpg")
    desk.run(examining.begin_examination, draft, desk.announce(draft, IDENTITY, "verso.jpg", 10).file_id)
    with pytest.raises(StillExamined):
        keep(desk, who, draft, handed_in.document_id)
    assert len(shown(desk, who)) == 1


# --- to the space


def test_a_piece_of_a_request_is_kept_under_its_name_and_outlives_the_request(desk: Desk) -> None:
    who, draft = holder(), desk.draft()
    for name in ("recto.jpg", "verso.jpg"):
        document_id = desk.hand_in(draft, IDENTITY, name).document_id
    label = handed(desk, draft)[0][1]
    keep(desk, who, draft, document_id)
    desk.end_draft(draft)
    [piece] = shown(desk, who)
    assert (piece.label, [file.name for file in piece.files]) == (label, ["recto.jpg", "verso.jpg"])
    assert {held(desk, file) for file in files(desk, who)} == {1}


def test_a_piece_is_copied_once_either_way(desk: Desk) -> None:
    who, draft = holder(), desk.draft()
    document_id = desk.hand_in(draft, IDENTITY, "recto.jpg").document_id
    assert keep(desk, who, draft, document_id) == Copied(documents=1)
    assert keep(desk, who, draft, document_id) == Copied(documents=0, there=1)
    assert use(desk, who, draft, (shown(desk, who)[0].id, IDENTITY)) == Copied(documents=0, there=1)
    assert len(shown(desk, who)) == len(files(desk, draft)) == 1
    relabel(desk, who, shown(desk, who)[0].id, "Ma carte")
    keep(desk, who, draft, document_id)
    desk.hand_in(draft, IDENTITY, "verso.jpg")
    keep(desk, who, draft, document_id)  # more than what is kept: another piece
    first, second = shown(desk, who)
    assert (first.label, len(first.files), len(second.files)) == ("Ma carte", 1, 2)


def test_one_more_than_the_space_has_room_for_is_refused_and_none_is_kept(desk: Desk) -> None:
    who, draft = holder(), desk.draft()
    announce(desk, who, uuid4(), "Livret")
    sent = [desk.announce(draft, "autre", f"p{n}.pdf", 10, label=f"Pièce {n}").file_id for n in range(10)]
    with pytest.raises(SpaceFull, match="peut encore recevoir 9 pièces, pas 10"):
        keep(desk, who, draft, *(desk.row(file_id).document_id for file_id in sent))
    assert desk.stored(who).taken == 1


def test_a_piece_of_another_request_is_not_copied(desk: Desk) -> None:
    who, draft, other = holder(), desk.draft(), desk.draft()
    document_id = desk.hand_in(other, IDENTITY, "recto.jpg").document_id
    with pytest.raises(UnknownFile):
        keep(desk, who, draft, document_id)


def test_a_piece_deleted_while_it_is_used_is_copied_whole_or_not_at_all(desk: Desk) -> None:
    """Both take the space's lock first: neither waits for the other in a ring, no bytes are lost."""
    who = holder()
    for _ in range(ROUNDS):
        draft = desk.draft()
        source = desk.run(lay, who.owner)
        piece = source.document_id

        def copy(draft: Grant = draft, piece: UUID = piece) -> bool:
            try:
                use(desk, who, draft, (piece, "autre"))
            except UnknownStored:
                return False
            return True

        was_copied, _ = at_once(copy, lambda piece=piece: remove(desk, who, piece))
        assert len(files(desk, draft)) == held(desk, source) == int(was_copied)
        assert doomed(desk, source) is not was_copied


def test_copies_both_ways_at_once_do_not_block_each_other(desk: Desk) -> None:
    who, draft = holder(), desk.draft()
    piece = add(desk, who, "CNI", "recto.jpg")
    document_id = desk.hand_in(draft, IDENTITY, "recto.jpg").document_id
    for _ in range(4):
        at_once(
            lambda: use(desk, who, draft, (piece, "autre")) if room(desk, draft) else None,
            lambda: keep(desk, who, draft, document_id),
        )
    assert len(shown(desk, who)) == 2


def room(desk: Desk, draft: Grant) -> bool:
    return len(files(desk, draft)) < 4
