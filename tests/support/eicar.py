"""The EICAR test file, which every virus scanner is to find and which harms nothing."""

import io

import pikepdf

# Put together here: a scanner of this very folder would find it otherwise.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!" + b"$H+H*"


def infected_pdf() -> bytes:
    """A PDF that our own inspection finds nothing wrong with, and that holds the test file in the drawing of its page."""
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.pages[0].Contents = pdf.make_stream(b"% " + EICAR + b"\n")
        pdf.save(out)
    return out.getvalue()
