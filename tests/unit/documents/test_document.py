"""How many files of which kind a piece takes, and what is said when they change."""

import pytest

from services.documents.files.events import DocumentAdded, DocumentRemoved, DocumentReplaced
from services.documents.files.rules import Side, TooManyFiles, UnknownPiece, changed, check_room, piece
from services.documents.inspection import formats
from services.townhall.pieces import Limits
from tests.support import published

LIMITS = Limits()
DEFINITION = published.procedure(
    "acte-naissance",
    documents=[{"slug": "rib", "label": "RIB", "formats": ["pdf"], "max_files": 1, "sensitive": True}],
    fields=[
        {
            "name": "photo",
            "label": "Photographie",
            "type": "file-free",
            "required": False,
            "formats": ["jpg", "png"],
            "max_files": 3,
        },
        {"name": "surface", "label": "Surface", "type": "number", "required": False},
    ],
)


def test_a_piece_is_what_the_procedure_says_of_it_within_the_towns_limit() -> None:
    rib = piece("rib", None, DEFINITION, LIMITS)
    assert (rib.label, rib.formats, rib.max_files, rib.sensitive) == ("RIB", ("pdf",), 1, True)
    assert piece("photo", None, DEFINITION, LIMITS).max_files == 3
    with pytest.raises(UnknownPiece):
        piece("surface", None, DEFINITION, LIMITS)
    assert piece("autre", "  Devis du menuisier ", DEFINITION, LIMITS).label == "Devis du menuisier"
    greedy = published.procedure("acte-naissance", documents=[{"slug": "tout", "label": "Tout", "max_files": 40}])
    assert piece("tout", None, greedy, LIMITS).max_files == 4


def test_a_full_piece_or_request_takes_no_more() -> None:
    with pytest.raises(TooManyFiles, match="1 fichier au plus pour « RIB »"):
        check_room(piece("rib", None, DEFINITION, LIMITS), files_in_piece=1, files_in_request=1)
    with pytest.raises(TooManyFiles):
        check_room(piece("photo", None, DEFINITION, LIMITS), files_in_piece=0, files_in_request=40)


def test_the_first_file_adds_a_document_and_the_last_one_gone_removes_it() -> None:
    assert isinstance(changed("d", "rib", Side.CITIZEN, "RIB", ["a.pdf"], announced=False), DocumentAdded)
    assert isinstance(changed("d", "rib", Side.CITIZEN, "RIB", ["a.pdf", "b.pdf"], announced=True), DocumentReplaced)
    assert isinstance(changed("d", "rib", Side.CITIZEN, "RIB", [], announced=True), DocumentRemoved)


def test_a_file_has_a_format_of_the_piece_and_is_neither_empty_nor_heavy() -> None:
    assert formats.announced("PLAN.PDF", ("pdf",), 10, 100).media_type == "application/pdf"
    with pytest.raises(formats.ForbiddenFormat, match="PDF"):
        formats.announced("photo.jpg", ("pdf",), 10, 100)
    with pytest.raises(formats.EmptyFile):
        formats.announced("a.pdf", ("pdf",), 0, 100)
    with pytest.raises(formats.FileTooLarge):
        formats.announced("a.pdf", ("pdf",), 101, 100)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\Jo\\..\\cni\u0000\r\n.pdf", "cni.pdf"),
        ("../../etc/passwd", "passwd"),
        ("cni\r\nSet-Cookie: a=b.pdf", "cniSet-Cookie: a=b.pdf"),
        ("facture\u202efdp.jpg", "facturefdp.jpg"),
        ("\u2066cni\u2069\u200b.pdf", "cni.pdf"),
        ("/etc/passwd/..", "fichier"),
        ("\ud800.pdf", "fichier.pdf"),
        ("", "fichier"),
        ("\x00\x1f", "fichier"),
        ("élève n° 3 (été).pdf", "élève n° 3 (été).pdf"),
    ],
)
def test_a_name_keeps_no_folder_direction_control_or_line_break(given: str, kept: str) -> None:
    assert formats.safe_name(given) == kept


def test_a_long_name_is_cut_and_keeps_its_extension() -> None:
    shortened = formats.safe_name("a" * 300 + ".pdf")
    assert shortened.endswith(".pdf")
    assert len(shortened) == 120
    assert len(formats.safe_name("a." + "b" * 5000)) <= 121


def test_a_picture_kept_in_another_format_changes_its_ending() -> None:
    assert formats.renamed("IMG_1.HEIC", "image/jpeg") == "IMG_1.jpg"
    assert formats.renamed("IMG_1.JPEG", "image/jpeg") == "IMG_1.JPEG"


def test_only_a_photograph_where_one_is_accepted_gets_advice_for_telephones() -> None:
    for name, accepted, advised in (
        ("IMG_0042.HEIC", ("jpg", "jpeg", "png"), True),
        ("IMG_0042.HEIC", ("pdf",), False),
        ("notes.txt", ("jpg",), False),
    ):
        with pytest.raises(formats.ForbiddenFormat) as refused:
            formats.announced(name, accepted, 10, 100)
        assert ("Le plus compatible" in refused.value.message) is advised
