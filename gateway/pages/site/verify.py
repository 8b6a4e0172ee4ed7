"""« Vérifier un récépissé »: for whoever is shown one, without an account; the answer names nobody and stays out of the address."""

from http import HTTPStatus

from flask import render_template, request
from werkzeug.datastructures import FileStorage

from gateway.errors import asks_for_problem
from gateway.http.rate_limits import CHECK_RECEIPT
from gateway.permissions import PUBLIC
from gateway.routes import Answer, Pages
from gateway.shared import receipts
from services.chassis.errors import Invalid
from services.requests.schemas.receipts import ReceiptProof

page = Pages("verify", __name__)
LARGEST_FORM = 2 * receipts.LARGEST_BYTES
"""A file that is too large is read as far as that, so that the form can say so."""
LONGEST_SHOWN = 200


@page.get("/verifier", permission=PUBLIC)
def verify_page() -> str:
    """With the code of the address that the QR code of a receipt holds, to be sent by hand."""
    return _page(request.args.get("code", ""))


@page.post("/verifier", permission=PUBLIC, limit=CHECK_RECEIPT, max_bytes=LARGEST_FORM)
def verify() -> Answer:
    """The file, where one was chosen, else the code."""
    typed, upload = request.form.get("code", ""), request.files.get("fichier")
    chosen = upload if upload and upload.filename else None
    try:
        proof = receipts.check_file(_content(chosen)) if chosen else receipts.check_code(typed)
    except Invalid as refusal:
        if asks_for_problem():
            raise
        message = next(iter(refusal.fields.values()), refusal.message)
        return _page(typed, [("#fichier" if chosen else "#code", message)]), HTTPStatus.UNPROCESSABLE_ENTITY
    return _page(typed, proof=proof)


def _content(chosen: FileStorage) -> bytes:
    """A large one lies in a temporary file, which goes with this."""
    content = chosen.stream.read()
    chosen.close()
    return content


def _page(typed: str = "", errors: list[tuple[str, str]] | None = None, proof: ReceiptProof | None = None) -> str:
    return render_template("site/verify.html", typed=typed[:LONGEST_SHOWN], errors=errors or [], proof=proof)
