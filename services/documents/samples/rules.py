"""Small, valid files drawn from their names, for the demo town's sample requests. The same name gives the same bytes."""

import hashlib
from io import BytesIO

from services.documents.inspection.formats import BY_EXTENSION, extension


def sample(filename: str) -> tuple[bytes, str]:
    """The bytes and media type of an invented file: a page or a picture that carries its own name."""
    found = BY_EXTENSION.get(extension(filename))
    if found is None or found.kind == "archive":
        raise ValueError(f"no sample can be drawn for {filename}")
    if found.kind == "pdf":
        return _pdf(filename), found.media_type
    return _picture(filename, "PNG" if found.media_type == "image/png" else "JPEG"), found.media_type


def _pdf(title: str) -> bytes:
    shown = title.encode("latin-1", "replace").replace(b"\\", b"").replace(b"(", b"").replace(b")", b"")
    drawing = b"BT /F1 22 Tf 72 740 Td (" + shown + b") Tj 0 -32 Td /F1 13 Tf (Document de demonstration) Tj ET"
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    offsets: list[int] = []
    body = b"%PDF-1.4\n"
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return (
        body
        + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
        + table
        + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(body))
    )


def _picture(title: str, encoding: str) -> bytes:
    from PIL import Image, ImageDraw  # loaded for an import only: the running service draws nothing

    tint = hashlib.sha256(title.encode()).digest()
    picture = Image.new("RGB", (640, 440), (150 + tint[0] % 80, 150 + tint[1] % 80, 150 + tint[2] % 80))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((24, 24, 616, 416), outline=(40, 50, 60), width=3)
    pen.text((48, 200), title, fill=(28, 36, 48))
    pen.text((48, 230), "Document de demonstration", fill=(28, 36, 48))
    drawn = BytesIO()
    picture.save(drawn, encoding)
    return drawn.getvalue()
