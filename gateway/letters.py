"""What is written on paper to persons without e-mail address: messaging has the letters, requests names and addresses,
documents the decisions that go with them."""

from gateway.clients import Json
from gateway.conversation import clients
from services.chassis.pieces import FREE

RECEIPT = "accuse"
"""In place of a letter's id: the acknowledgement of receipt."""


def waiting(page: int) -> Json:
    """« À remettre ou à poster »: a page of the letters that wait, each with its `recipient`; None once it is erased."""
    found = clients().messaging.letters(page)
    numbers = list(dict.fromkeys(item["number"] for item in found["items"]))
    told = clients().requests.recipients(numbers)["items"] if numbers else []
    known = {one["number"]: {"name": one["name"], "lines": one["lines"]} for one in told}
    return {**found, "items": [{**item, "recipient": known.get(item["number"])} for item in found["items"]]}


def read(number: str, letter_id: str | None) -> Json:
    """The letter to print, or as it was delivered; None for the acknowledgement. The look is recorded."""
    opened = clients().requests.letter_grant(number)
    return clients().messaging.letter(opened["grant"], letter_id, enclosed=_of_the_town(opened) if letter_id else [])


def _of_the_town(opened: Json) -> list[str]:
    """The documents that the town joined to the request: a decision is posted with them (glossary R13)."""
    if not opened["documents"]:
        return []
    documents = clients().documents.request_documents(opened["grant"])["documents"]
    return [one["label"] for one in documents if one["side"] == "town" and one["piece"] == FREE]
