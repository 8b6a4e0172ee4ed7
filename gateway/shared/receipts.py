"""A receipt saved in a file, and what a file or a code that somebody shows proves; the same for pages and API."""

import hashlib
import re

from flask import render_template

from gateway.conversation import clients
from services.chassis.errors import Invalid
from services.chassis.structs import Struct
from services.requests.schemas.receipts import CheckReceipt, PrintedReceipt, ReadReceipt, ReceiptProof, SealReceiptFile
from services.requests.schemas.refusals import CodeMistyped

LARGEST_BYTES = 2 * 1024 * 1024
"""Of a file: all that a form may hold, and every sign of it written out."""
MARK = re.compile(r"<!-- recepisse ((?:[0-9A-Z]{4}-){10}[0-9A-Z]{4}) ([0-9a-f]{64}) -->")
"""The last line of a file: the code, and the seal of what stands before."""


class NothingToCheck(Invalid):
    message = "Donnez le fichier du récépissé, ou le code qui y est imprimé."


class NotAReceipt(Invalid):
    code = "not_a_receipt"
    message = "Ce fichier n’est pas un récépissé enregistré depuis le portail."


class ReceiptCodeAltered(Invalid):
    message = "Le code que porte ce fichier a été modifié : il ne prouve plus rien."


class ReceiptTooLarge(Invalid):
    message = "Ce fichier est trop volumineux pour être un récépissé."


class Saved(Struct):
    number: str
    page: str


def read(number: str) -> PrintedReceipt:
    return clients().send(ReadReceipt(number=number))


def saved(number: str) -> Saved:
    """The receipt as one file that needs nothing else, with its seal."""
    receipt = read(number)
    page = _with_plain_ends(render_template("tracking/receipt_file.html", receipt=receipt).strip()) + "\n"
    sealed = clients().send(SealReceiptFile(number=receipt.number, code=receipt.code, digest=_digest(page)))
    return Saved(number=receipt.number, page=f"{page}<!-- recepisse {receipt.code} {sealed.seal} -->\n")


def check_code(typed: str) -> ReceiptProof:
    """Raises NothingToCheck, and as `CheckReceipt`."""
    if not typed.strip():
        raise NothingToCheck(fields={"code": NothingToCheck.message})
    return clients().send(CheckReceipt(code=typed))


def check_file(content: bytes) -> ReceiptProof:
    """The same of a file; raises ReceiptTooLarge, NotAReceipt for a file of another kind, ReceiptCodeAltered.

    Any change of it shows, of its layout too: what hides, adds or replaces a word need not be among the words. What mails do
    to the ends of lines is none.
    """
    if len(content) > LARGEST_BYTES:
        raise ReceiptTooLarge(fields={"file": ReceiptTooLarge.message})
    try:
        text = _with_plain_ends(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise NotAReceipt(fields={"file": NotAReceipt.message}) from None
    marks = list(MARK.finditer(text))
    if not marks:
        raise NotAReceipt(fields={"file": NotAReceipt.message})
    last = marks[-1]
    whole = len(marks) == 1 and not text[last.end() :].strip()
    digest = _digest(text[: last.start()] if whole else text)
    try:
        return clients().send(CheckReceipt(code=last[1], digest=digest, seal=last[2]))
    except CodeMistyped:  # nobody typed it
        raise ReceiptCodeAltered(fields={"file": ReceiptCodeAltered.message}) from None


def _with_plain_ends(text: str) -> str:
    """The text with the ends of lines that no mail changes to others."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
