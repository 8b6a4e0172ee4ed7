"""What a file must be, by its content, to be kept."""

import zipfile
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from PIL import Image
from pillow_heif import from_pillow

from services.documents.inspection import inspect
from services.documents.rejection import Rejected
from services.documents.samples import sample

ODT = "application/vnd.oasis.opendocument.text"
POSITION = {"GPSLatitudeRef": "N"}


def inspected(folder: Path, content: bytes, media_type: str, kind: str) -> tuple[dict[str, str | int], bytes]:
    source, target = folder / "source", folder / "target"
    source.write_bytes(content)
    return inspect(source, target, media_type, kind), target.read_bytes()


def refusal(folder: Path, content: bytes, media_type: str, kind: str) -> str:
    with pytest.raises(Rejected) as rejected:
        inspected(folder, content, media_type, kind)
    return rejected.value.code


def changed_pdf(change) -> bytes:
    out = BytesIO()
    with pikepdf.open(BytesIO(sample("piece.pdf")[0])) as document:
        change(document)
        document.save(out)
    return out.getvalue()


def photograph() -> bytes:
    out, exif = BytesIO(), Image.Exif()
    exif[0x0110] = "Telephone de Camille"
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    Image.new("RGB", (60, 40), (200, 30, 30)).save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_a_plain_pdf_is_kept_as_it_is(tmp_path: Path) -> None:
    content, media_type = sample("budget.pdf")
    outcome, kept = inspected(tmp_path, content, media_type, "pdf")
    assert kept == content
    assert outcome["size"] == len(content)


def test_a_telephones_heic_photograph_is_kept_as_a_jpeg_that_every_browser_shows(tmp_path: Path) -> None:
    out = BytesIO()
    from_pillow(Image.new("RGB", (64, 48), (200, 30, 30))).save(out)
    assert out.getvalue()[4:12] == b"ftypheic"
    outcome, kept = inspected(tmp_path, out.getvalue(), "image/heic", "image")
    with Image.open(BytesIO(kept)) as picture:
        assert (outcome["type"], picture.format, picture.size) == ("image/jpeg", "JPEG", (64, 48))


def test_a_photograph_loses_its_position_and_its_camera_and_stands_upright(tmp_path: Path) -> None:
    content = photograph()
    assert b"Telephone de Camille" in content
    outcome, kept = inspected(tmp_path, content, "image/jpeg", "image")
    with Image.open(BytesIO(kept)) as picture:
        assert dict(picture.getexif()) == {}
        assert picture.size == (40, 60)
    assert outcome["type"] == "image/jpeg"


def test_a_png_stays_a_png(tmp_path: Path) -> None:
    outcome, _ = inspected(tmp_path, *sample("plan.png"), "image")
    assert outcome["type"] == "image/png"


def test_a_page_named_pdf_is_refused(tmp_path: Path) -> None:
    html = b"<html><script>alert(1)</script></html>"
    assert refusal(tmp_path, html, "application/pdf", "pdf") == "type_mismatch"


def test_a_pdf_named_as_a_photograph_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path, sample("a.pdf")[0], "image/jpeg", "image") == "unreadable"


def test_a_pdf_that_runs_a_script_when_opened_is_refused(tmp_path: Path) -> None:
    def add(document: pikepdf.Pdf) -> None:
        document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")

    assert refusal(tmp_path, changed_pdf(add), "application/pdf", "pdf") == "active_content"


def test_a_pdf_that_opens_on_a_given_page_is_kept(tmp_path: Path) -> None:
    def add(document: pikepdf.Pdf) -> None:
        document.Root.OpenAction = pikepdf.Array([document.pages[0].obj, pikepdf.Name.Fit])

    outcome, _ = inspected(tmp_path, changed_pdf(add), "application/pdf", "pdf")
    assert outcome["type"] == "application/pdf"


def test_a_pdf_that_carries_a_file_is_refused(tmp_path: Path) -> None:
    def add(document: pikepdf.Pdf) -> None:
        document.attachments["secret.exe"] = b"MZ"

    assert refusal(tmp_path, changed_pdf(add), "application/pdf", "pdf") == "active_content"


def test_a_pdf_whose_page_launches_a_program_is_refused(tmp_path: Path) -> None:
    def add(document: pikepdf.Pdf) -> None:
        document.pages[0].obj.AA = pikepdf.Dictionary(O=pikepdf.Dictionary(S=pikepdf.Name.Launch))

    assert refusal(tmp_path, changed_pdf(add), "application/pdf", "pdf") == "active_content"


def test_a_pdf_behind_a_password_is_refused(tmp_path: Path) -> None:
    out = BytesIO()
    with pikepdf.open(BytesIO(sample("a.pdf")[0])) as document:
        document.save(out, encryption=pikepdf.Encryption(user="secret", owner="secret"))
    assert refusal(tmp_path, out.getvalue(), "application/pdf", "pdf") == "protected"


def test_half_a_photograph_is_refused(tmp_path: Path) -> None:
    content = sample("a.jpg")[0]
    assert refusal(tmp_path, content[: len(content) // 2], "image/jpeg", "image") == "unreadable"


def test_an_archive_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("mimetype", ODT, zipfile.ZIP_STORED)
        packed.writestr("content.xml", b"0" * 30_000_000)
    assert refusal(tmp_path, out.getvalue(), ODT, "archive") == "too_complex"


def test_an_office_document_without_macro_is_kept(tmp_path: Path) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("mimetype", ODT)
        packed.writestr("content.xml", "<office:document-content/>")
    _, kept = inspected(tmp_path, out.getvalue(), ODT, "archive")
    assert kept == out.getvalue()


def test_the_same_name_draws_the_same_sample() -> None:
    assert sample("cni-recto.jpg") == sample("cni-recto.jpg")
