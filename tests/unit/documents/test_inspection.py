"""What a file must be, by its content, to be kept."""

import zipfile
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pillow_heif import from_pillow

from services.documents.inspection import examination
from services.documents.inspection.child import inspect
from services.documents.inspection.examination import REASONS
from services.documents.inspection.page_drawing import MAX_POINTS
from services.documents.inspection.rejection import Rejected, Rejection
from services.documents.samples.rules import sample

ODT = "application/vnd.oasis.opendocument.text"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ODF = "urn:oasis:names:tc:opendocument:xmlns"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT_WORD = "http://purl.oclc.org/ooxml/wordprocessingml/main"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
COMMAND = r' DDEAUTO c:\\windows\\system32\\cmd.exe "/k calc.exe" '
BEGINS = '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
TEMPLATE = (
    '<office:document-meta SPACES><office:meta><meta:template xlink:type="simple" xlink:actuate="onRequest" '
    'xlink:title="Courrier" xlink:href="file:///C:/Mod%C3%A8les/Mairie/courrier.ott" meta:date="2026-01-05T09:00:00"/>'
    "</office:meta></office:document-meta>"
)
ELSEWHERE = r"\\ailleurs.example\partage\x.pdf"


def inspected(folder: Path, content: bytes, media_type: str, kind: str) -> tuple[dict[str, str | int], bytes]:
    source, target = folder / "source", folder / "target"
    source.write_bytes(content)
    return inspect(source, target, media_type, kind), target.read_bytes()


def refusal(folder: Path, content: bytes, media_type: str, kind: str) -> str:
    with pytest.raises(Rejected) as rejected:
        inspected(folder, content, media_type, kind)
    return rejected.value.code


def changed_pdf(change, **saved) -> bytes:
    out = BytesIO()
    with pikepdf.open(BytesIO(sample("piece.pdf")[0])) as document:
        change(document)
        document.save(out, **saved)
    return out.getvalue()


def link(document: pikepdf.Pdf, action: Dictionary) -> None:
    """An area of the first page that does `action` when it is clicked."""
    area = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 90, 20], A=action)
    document.pages[0].obj.Annots = document.make_indirect(Array([document.make_indirect(area)]))


def web(address: str = "https://ailleurs.example") -> Dictionary:
    return Dictionary(S=Name.URI, URI=String(address))


def to_another_file(kind: str = "/GoToR") -> Dictionary:
    return Dictionary(S=Name(kind), F=String(ELSEWHERE), D=Array([0, Name.Fit]))


def docx(relations: str = "", **more: str | bytes) -> bytes:
    """A small Word document; `more` by name, `__` for a folder."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        main = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
        packed.writestr(
            "[Content_Types].xml", f'<Types><Override PartName="/word/document.xml" ContentType="{main}"/></Types>'
        )
        named = {name.replace("__", "/"): content for name, content in more.items()}
        packed.writestr("word/_rels/document.xml.rels", f"<Relationships>{relations}</Relationships>")
        for name, content in ({"word/document.xml": "<document/>"} | named).items():
            packed.writestr(name, content)
    return out.getvalue()


def relation(kind: str, target: str, mode: str = "External") -> str:
    return f'<Relationship Id="r1" Type="{RELATIONS}/{kind}" Target="{target}" TargetMode="{mode}"/>'


def odt(body: str = "", **more: str | bytes) -> bytes:
    out = BytesIO()
    spaces = " ".join(
        f'xmlns:{short}="{ODF}:{whole}:1.0"'
        for short, whole in {
            "office": "office",
            "text": "text",
            "draw": "drawing",
            "script": "script",
            "table": "table",
            "meta": "meta",
            "db": "database",
        }.items()
    )
    spaces += ' xmlns:xlink="http://www.w3.org/1999/xlink"'
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("mimetype", ODT)
        packed.writestr("content.xml", f"<office:document-content {spaces}>{body}</office:document-content>")
        for name, content in more.items():
            packed.writestr(
                name.replace("__", "/"), content.replace("SPACES", spaces) if isinstance(content, str) else content
            )
    return out.getvalue()


def field(*parts: str, part: str = "word__document.xml") -> bytes:
    """A Word document whose field code is written in so many runs."""
    runs = (one if one == BEGINS else f"<w:r><w:instrText>{one}</w:instrText></w:r>" for one in parts)
    return in_word(f"<w:p>{BEGINS}{''.join(runs)}</w:p>", part)


def in_word(body: str, part: str = "word__document.xml", namespace: str = WORD) -> bytes:
    return docx(**{part: f'<w:document xmlns:w="{namespace}">{body}</w:document>'})


def sheet(part: str, body: str, namespace: str = SHEET) -> bytes:
    return docx(**{part: f'<x:part xmlns:x="{namespace}">{body}</x:part>'})


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


def test_a_file_of_another_type_than_announced_is_refused(tmp_path: Path) -> None:
    html = b"<html><script>alert(1)</script></html>"
    assert refusal(tmp_path, html, "application/pdf", "pdf") == "type_mismatch"
    assert refusal(tmp_path, sample("a.pdf")[0], "image/jpeg", "image") == "unreadable"
    content = sample("a.jpg")[0]
    assert refusal(tmp_path, content[: len(content) // 2], "image/jpeg", "image") == "unreadable"


def test_a_pdf_behind_a_password_is_refused(tmp_path: Path) -> None:
    out = BytesIO()
    with pikepdf.open(BytesIO(sample("a.pdf")[0])) as document:
        document.save(out, encryption=pikepdf.Encryption(user="secret", owner="secret"))
    assert refusal(tmp_path, out.getvalue(), "application/pdf", "pdf") == "protected"


def test_an_archive_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("mimetype", ODT, zipfile.ZIP_STORED)
        packed.writestr("content.xml", b"0" * 30_000_000)
    assert refusal(tmp_path, out.getvalue(), ODT, "archive") == "too_complex"


def test_the_same_name_draws_the_same_sample() -> None:
    assert sample("cni-recto.jpg") == sample("cni-recto.jpg")


def opens(action: Dictionary):
    return lambda document: setattr(document.Root, "OpenAction", action)


def clicked(action: Dictionary):
    return lambda document: link(document, action)


def on_a_circle(document: pikepdf.Pdf) -> None:
    first = document.make_indirect(Dictionary(S=Name.GoTo, D=Array([document.pages[0].obj, Name.Fit])))
    first.Next = first
    document.Root.OpenAction = first


def that_carries_a_program(document: pikepdf.Pdf) -> None:
    document.attachments["secret.exe"] = b"MZ"


def whose_page_launches_a_program(document: pikepdf.Pdf) -> None:
    document.pages[0].obj.AA = Dictionary(O=Dictionary(S=Name.Launch))


def with_an_outline(document: pikepdf.Pdf) -> None:
    entry = document.make_indirect(Dictionary(Title=String("Annexe"), A=to_another_file()))
    document.Root.Outlines = document.make_indirect(Dictionary(First=entry, Last=entry, Count=1))


def with_named_actions(document: pikepdf.Pdf) -> None:
    document.Root.Names = Dictionary(Dests=Dictionary(Names=Array([String("a"), to_another_file()])))


def with_an_outside_stream(document: pikepdf.Pdf) -> None:
    stream = document.make_stream(b"")
    stream.F = Dictionary(Type=Name.Filespec, FS=Name.URL, F=String("https://ailleurs.example/page"))
    document.pages[0].obj.Contents = stream


def with_a_page_of_another_file(document: pikepdf.Pdf) -> None:
    drawing = document.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9])
    drawing.Ref = Dictionary(F=String(ELSEWHERE), Page=0)
    document.pages[0].obj.Resources.XObject = Dictionary(X=drawing)


def with_an_attachment_on_a_page(document: pikepdf.Pdf) -> None:
    pin = Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=[0, 0, 9, 9], FS=String(ELSEWHERE))
    document.pages[0].obj.Annots = Array([document.make_indirect(pin)])


def with_an_associated_invoice(document: pikepdf.Pdf) -> None:
    invoice = document.make_stream(b"<invoice/>", Type=Name.EmbeddedFile)
    named = Dictionary(Type=Name.Filespec, F=String("facture.xml"), EF=Dictionary(F=invoice))
    document.Root.AF = Array([document.make_indirect(named)])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param(opens(Dictionary(S=Name.JavaScript, JS="app.alert(1)")), "active_content", id="runs a script"),
        pytest.param(that_carries_a_program, "enclosed_files", id="carries a program"),
        pytest.param(whose_page_launches_a_program, "active_content", id="a page that launches a program"),
        pytest.param(opens(to_another_file()), "outside_content", id="opens another file"),
        pytest.param(opens(to_another_file("/Thread")), "outside_content", id="opens an article of another file"),
        pytest.param(opens(web()), "outside_content", id="opens an address"),
        pytest.param(
            opens(
                Dictionary(S=Name.GoTo, D=String("a"), Next=Array([Dictionary(S=Name.GoTo, D=String("b"), Next=web())]))
            ),
            "outside_content",
            id="opens an address after a page",
        ),
        pytest.param(on_a_circle, "too_complex", id="opens pages in a circle"),
        pytest.param(opens(Dictionary(S=Name.GoTo3DView)), "active_content", id="turns a model"),
        pytest.param(clicked(to_another_file()), "outside_content", id="a link to another file"),
        pytest.param(
            clicked(Dictionary(S=Name.GoTo, D=String("a"), Next=to_another_file("/Thread"))),
            "outside_content",
            id="a link to a page, then another file",
        ),
        pytest.param(with_an_outline, "outside_content", id="an outline to another file"),
        pytest.param(with_named_actions, "outside_content", id="a named action"),
        pytest.param(with_an_outside_stream, "outside_content", id="a page that lies elsewhere"),
        pytest.param(with_a_page_of_another_file, "outside_content", id="a drawing of another file"),
        pytest.param(with_an_attachment_on_a_page, "enclosed_files", id="a file pinned to a page"),
        pytest.param(with_an_associated_invoice, "enclosed_files", id="an invoice inside its print"),
    ],
)
def test_a_pdf_that_reaches_out_of_itself_or_holds_files_is_refused_with_a_sentence(
    change, code: str, tmp_path: Path
) -> None:
    plain = changed_pdf(change)
    packed = changed_pdf(change, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert [refusal(tmp_path, content, "application/pdf", "pdf") for content in (plain, packed)] == [code, code]
    assert "Imprimez-le en PDF" in REASONS[code] or "simplifiez-le" in REASONS[code]


def test_an_action_is_recognised_however_its_name_is_spelled(tmp_path: Path) -> None:
    spelled = changed_pdf(clicked(to_another_file()), linearize=False).replace(b"/GoToR", b"/Go#54oR")
    assert b"/Go#54oR" in spelled
    assert refusal(tmp_path, spelled, "application/pdf", "pdf") == "outside_content"


def test_a_pdf_keeps_links_that_are_clicked_and_a_first_page_that_it_opens_on(tmp_path: Path) -> None:
    def add(document: pikepdf.Pdf) -> None:
        page = document.pages[0].obj
        to_page = Dictionary(S=Name.GoTo, D=Array([page, Name.Fit]))
        link(document, web("https://www.service-public.fr"))
        page.Annots.append(Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 30, 90, 50], A=to_page))
        document.Root.OpenAction = Dictionary(S=Name.GoTo, D=Array([page, Name.Fit]))

    def opened(document: pikepdf.Pdf) -> None:
        document.Root.OpenAction = Array([document.pages[0].obj, Name.Fit])

    for content in (changed_pdf(add), changed_pdf(opened)):
        _, kept = inspected(tmp_path, content, "application/pdf", "pdf")
        assert kept == content


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(docx(relation("attachedTemplate", "https://ailleurs.example/m.dotm")), "outside_content", id="template"),
        pytest.param(docx(relation("image", "file://ailleurs.example/x.png")), "outside_content", id="picture elsewhere"),
        pytest.param(docx(relation("frame", "https://ailleurs.example", "EXTERNAL")), "outside_content", id="frame"),
        pytest.param(docx(relation("oleObject", "media/a.png", "Internal")), "enclosed_files", id="object"),
        pytest.param(docx(relation("aFChunk", "a.html", "Internal")), "enclosed_files", id="chunk"),
        pytest.param(docx(relation("control", "a.xml", "Internal")), "active_content", id="control"),
        pytest.param(docx(word__embeddings__oleObject1=b"x"), "enclosed_files", id="embeddings"),
        pytest.param(docx(**{"word__vbaProject.bin": b"x"}), "active_content", id="VBA"),
        pytest.param(docx("<Relationship"), "unreadable", id="broken relations"),
        pytest.param(odt(**{"Basic__Standard__script-lb.xml": "<x/>"}), "active_content", id="Basic"),
        pytest.param(odt(**{"Scripts__python__a.py": "print()"}), "active_content", id="Scripts"),
        pytest.param(odt(**{"Basic\\Standard\\a.xml": "<x/>"}), "active_content", id="Basic, as Windows writes it"),
        pytest.param(odt('<script:event-listener script:event-name="dom:load"/>'), "active_content", id="listener"),
        pytest.param(odt('<text:script script:language="JavaScript"/>'), "active_content", id="script in the text"),
        pytest.param(odt('<draw:object-ole xlink:href="./Object 1"/>'), "enclosed_files", id="OLE"),
        pytest.param(odt('<draw:object xlink:href="./Object 1"/>'), "enclosed_files", id="a document in the document"),
        pytest.param(odt('<draw:image xlink:href="https://ailleurs.example/x.png"/>'), "outside_content", id="ODF picture"),
        pytest.param(odt('<draw:image xlink:href="//ailleurs.example/x.png"/>'), "outside_content", id="share"),
        pytest.param(odt('<text:section-source xlink:href="../x.odt"/>'), "outside_content", id="section of another file"),
        pytest.param(odt("<draw:image"), "unreadable", id="broken content"),
        pytest.param(field(COMMAND), "active_content", id="DDEAUTO"),
        pytest.param(field(" DD", "EAU", "TO c:\\a.exe"), "active_content", id="DDEAUTO in pieces"),
        pytest.param(field(" dde Excel a.xls R1C1"), "active_content", id="DDE in small letters"),
        pytest.param(field(COMMAND, part="word__header1.xml"), "active_content", id="DDEAUTO in a header"),
        pytest.param(field(COMMAND, part="word__texte.xml"), "active_content", id="DDEAUTO in a part of another name"),
        pytest.param(field(" IF 1=1 ", BEGINS, COMMAND), "active_content", id="DDEAUTO after another field"),
        pytest.param(in_word(f"<w:fldSimple w:instr='{COMMAND}'/>"), "active_content", id="simple field"),
        pytest.param(
            in_word(f"<w:fldSimple w:instr='{COMMAND}'/>", namespace=STRICT_WORD), "active_content", id="strict OOXML"
        ),
        pytest.param(in_word("<w:instrText>&#68;DEAUTO x</w:instrText>"), "active_content", id="DDEAUTO by references"),
        pytest.param(odt('<text:dde-connection-decl office:dde-application="cmd"/>'), "active_content", id="ODF DDE"),
        pytest.param(odt('<office:dde-source office:dde-application="cmd"/>'), "active_content", id="ODF DDE source"),
        pytest.param(odt('<text:dde-connection text:connection-name="a"/>'), "active_content", id="ODF DDE field"),
        pytest.param(odt("<table:dde-link/>"), "active_content", id="DDE of an ODF sheet"),
        pytest.param(
            odt("""<table:table-cell table:formula="of:=DDE(&quot;cmd&quot;;&quot;/c calc&quot;;&quot;A0&quot;)"/>"""),
            "active_content",
            id="DDE in a formula of an ODF sheet",
        ),
        pytest.param(
            sheet("xl__externalLinks__externalLink1.xml", '<x:ddeLink ddeService="cmd" ddeTopic="/c calc"/>'),
            "active_content",
            id="ddeLink",
        ),
        pytest.param(
            sheet("xl__worksheets__sheet1.xml", "<x:c><x:f>cmd|' /c calc'!A0</x:f></x:c>"), "active_content", id="DDE in a cell"
        ),
        pytest.param(
            odt('<draw:image xlink:href="file:///C:/a.png"/>', **{"meta.xml": TEMPLATE}), "outside_content", id="a picture of the disk"
        ),
        *[
            pytest.param(odt(**{"meta.xml": TEMPLATE.replace("file:///C:", start)}), "outside_content", id=f"template at {start}")
            for start in ("https://ailleurs.example", "file://ailleurs.example", "//ailleurs.example", r"\\ailleurs.example",
                          "file:////ailleurs.example", "file:///%5C%5Cailleurs.example", "smb://ailleurs.example")
        ],
        pytest.param(
            odt(**{"meta.xml": TEMPLATE.replace("meta:template", "meta:auto-reload")}), "outside_content", id="auto-reload"
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("media_type", [DOCX, ODT])
def test_an_office_file_that_acts_or_reaches_out_is_refused_whatever_its_ending(
    content: bytes, code: str, media_type: str, tmp_path: Path
) -> None:
    own = ODT if ODT.encode() in content else DOCX
    refused = refusal(tmp_path, content, media_type, "archive")
    # a file that is handed in under the other name may be refused for that alone, as the library of types sees it
    assert refused == code or (media_type != own and refused == "type_mismatch")
    assert code in REASONS and set(REASONS) == set(Rejection)


def test_office_files_keep_links_and_pictures_of_their_own(tmp_path: Path) -> None:
    letters = {
        DOCX: docx(
            relation("hyperlink", "https://www.service-public.fr")
            + f'<Relationship Id="r2" Type="{RELATIONS}/image" Target="media/a.png"/>'
        ),
        ODT: odt(
            '<office:scripts/><text:a xlink:href="https://www.service-public.fr">lien</text:a>'
            '<draw:image xlink:href="Pictures/a.png"/><draw:image xlink:href="./Pictures/b.png"/>',
            Configurations2__accelerator__current="",
        ),
    }
    for media_type, content in letters.items():
        _, kept = inspected(tmp_path, content, media_type, "archive")
        assert kept == content


@pytest.mark.parametrize(
    "address",
    ["file:///C:/Mod%C3%A8les/courrier.ott", r"C:\courrier.ott", "/srv/modeles/courrier.ott", "../courrier.ott"],
)
@pytest.mark.parametrize("part", ["meta.xml", "styles.xml"])
def test_an_office_file_keeps_the_note_of_the_template_that_it_was_made_from(
    address: str, part: str, tmp_path: Path
) -> None:
    content = odt(**{part: TEMPLATE.replace("file:///C:/Mod%C3%A8les/Mairie/courrier.ott", address)})
    _, kept = inspected(tmp_path, content, ODT, "archive")
    assert kept == content


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(field(" PAGE "), id="page"),
        pytest.param(field(' HYPERLINK "https://www.service-public.fr" '), id="link"),
        pytest.param(field(' MERGEFIELD "Addendum" '), id="a name with these letters in it"),
        pytest.param(in_word("<w:t>Le protocole DDE, DDEAUTO et cmd|a</w:t>"), id="a text about it"),
        pytest.param(
            sheet("xl__worksheets__sheet1.xml", "<x:f>SUM(A1:A9)</x:f><x:f>&quot;a|b&quot;&amp;A1</x:f>"), id="formulas"
        ),
    ],
)
def test_an_office_file_keeps_fields_that_only_count_or_lead(content: bytes, tmp_path: Path) -> None:
    _, kept = inspected(tmp_path, content, DOCX, "archive")
    assert kept == content


def test_of_a_picture_only_pixels_are_kept(tmp_path: Path) -> None:
    secret, exif, texts, jpeg, png = b"Camille, 3 rue du Pont", Image.Exif(), PngInfo(), BytesIO(), BytesIO()
    exif[0x010E] = secret.decode()
    texts.add_text("Comment", secret.decode())
    texts.add_itxt("XML:com.adobe.xmp", secret.decode())
    picture = Image.new("RGB", (60, 40), (200, 30, 30))
    picture.save(jpeg, "JPEG", comment=secret, exif=exif, xmp=secret, icc_profile=secret, dpi=(72, 72))
    picture.save(png, "PNG", pnginfo=texts, exif=exif, icc_profile=secret, dpi=(72, 72))
    assert jpeg.getvalue().count(secret) == 4
    _, kept_jpeg = inspected(tmp_path, jpeg.getvalue(), "image/jpeg", "image")
    _, kept_png = inspected(tmp_path, png.getvalue(), "image/png", "image")
    assert segments(kept_jpeg) <= {"APP0", "SOF0", "DQT", "DHT", "SOS"}
    assert chunks(kept_png) == {b"IHDR", b"IDAT", b"IEND"}


def segments(jpeg: bytes) -> set[str]:
    """The segments before the pixels, by name."""
    names = {0xE0: "APP0", 0xC0: "SOF0", 0xDB: "DQT", 0xC4: "DHT", 0xDA: "SOS"}
    place, found = 2, set[str]()
    while "SOS" not in found:
        found.add(names.get(jpeg[place + 1], f"{jpeg[place + 1]:X}"))
        place += 2 + int.from_bytes(jpeg[place + 2 : place + 4])
    return found


def chunks(png: bytes) -> set[bytes]:
    place, found = 8, set[bytes]()
    while place < len(png):
        found.add(png[place + 4 : place + 8])
        place += 12 + int.from_bytes(png[place : place + 4])
    return found


@pytest.fixture
def time_to_draw(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enough to start the program that draws on a machine that is busy with other tests."""
    monkeypatch.setattr(examination, "DRAWING_SECONDS", 60)


@pytest.mark.usefixtures("time_to_draw")
@pytest.mark.parametrize(("name", "media_type"), [("acte.pdf", "application/pdf"), ("recto.png", "image/png")])
def test_a_page_is_drawn_within_bounds_and_no_other_exists(tmp_path: Path, name: str, media_type: str) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(sample(name)[0])

    drawn = examination.draw(source, target, media_type, 1)

    assert drawn is not None
    with Image.open(target) as picture:
        assert (picture.format, picture.size) == ("JPEG", (drawn.width, drawn.height))
        assert picture.width * picture.height <= MAX_POINTS * 1.01
    assert drawn.pages == 1
    assert examination.draw(source, target, media_type, 2) is None


@pytest.mark.usefixtures("time_to_draw")
@pytest.mark.parametrize("drawn_by_its_program", [True, False])
def test_what_was_filled_in_on_a_computer_is_drawn(tmp_path: Path, drawn_by_its_program: bool) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(300, 200))
        page = document.pages[0]
        fonts = Dictionary(Helv=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica))
        field = Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("nom"), V=String("EXEMPLE"), F=4,
            Rect=[20, 80, 280, 120], DA=String("/Helv 24 Tf 0 g"),
        )  # fmt: skip
        if drawn_by_its_program:
            look = document.make_stream(b"q BT /Helv 24 Tf 0 g 5 10 Td (EXEMPLE) Tj ET Q")
            look.Type, look.Subtype, look.BBox = Name.XObject, Name.Form, Array([0, 0, 260, 40])
            look.Resources = Dictionary(Font=fonts)
            field.AP = Dictionary(N=look)
        page.Annots = Array([document.make_indirect(field)])
        document.Root.AcroForm = Dictionary(
            Fields=page.Annots, DR=Dictionary(Font=fonts), NeedAppearances=not drawn_by_its_program
        )
        document.save(source)

    examination.draw(source, target, "application/pdf", 1)

    with Image.open(target) as picture:
        assert sum(picture.convert("L").histogram()[:100]) > 1000


def test_a_page_that_cannot_be_drawn_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"%PDF-1.4 nothing")

    with pytest.raises(Rejected):
        examination.draw(source, tmp_path / "target", "application/pdf", 1)
