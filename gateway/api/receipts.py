"""The receipt of a filing: read, saved in a file, and checked by anybody to whom it is shown."""

from collections.abc import Mapping

from flask import Response

from gateway.api.operations import Operations
from gateway.api.schemas import receipts as schemas
from gateway.files import downloads
from gateway.http.rate_limits import CHECK_RECEIPT
from gateway.permissions import FOLLOWER, PUBLIC
from gateway.shared import receipts as shared
from services.requests.schemas.receipts import ReadReceipt, ReceiptProof

receipts = Operations("receipts", "Les récépissés : lire, enregistrer, vérifier.")
RECEIPT = "/requests/<number:number>/receipt"

receipts.get(RECEIPT, permission=FOLLOWER).sends(
    ReadReceipt, "Le récépissé : ce qui a été déposé, les mentions légales et le code qui le vérifie."
)


@receipts.get(f"{RECEIPT}/file", permission=FOLLOWER, media_type="application/octet-stream")
def receipt_file(number: str) -> Response:
    """Le récépissé en un fichier HTML scellé, que la vérification prend tel quel."""
    kept = shared.saved(number)
    return downloads.receipt(kept.number, kept.page)


@receipts.post(
    "/receipt-checks",
    permission=PUBLIC,
    body=schemas.CheckReceipt,
    returns=schemas.ReceiptProof,
    limit=CHECK_RECEIPT,
    max_bytes=schemas.MOST_BYTES,
)
def check_receipt(body: Mapping[str, str]) -> ReceiptProof:
    """Ce que prouve un récépissé, par son fichier (`file`) ou par son code (`code`), sans nommer personne.

    Le refus 422 dit pourquoi il ne prouve rien : `nothing_to_check`, `not_a_receipt`, `receipt_too_large`, `code_incomplete`,
    `code_mistyped`, `receipt_code_altered`, `code_of_another_town`, `code_not_ours`. Un fichier modifié depuis n’est pas refusé :
    `unchanged` est faux.
    """
    if body.get("file"):
        return shared.check_file(body["file"].encode())
    return shared.check_code(body.get("code", ""))
