"""The mails that the portal sent, read in the demonstration inbox as a person reads theirs."""

import re
import uuid
from dataclasses import dataclass
from typing import Any

import requests

from tests.support.people import eventually

Json = dict[str, Any]


def new_address() -> str:
    """An address that no other test uses."""
    return f"personne-{uuid.uuid4().hex[:12]}@courriel.example"


@dataclass(frozen=True)
class Mails:
    """What one address received."""

    inbox: str
    address: str

    def all(self) -> list[Json]:
        """The newest first."""
        return requests.get(f"{self.inbox}/api/mails", params={"to": self.address}, timeout=10).json()

    def next(self, subject: str, *, beyond: int = 0) -> Json:
        """The newest mail with these words in its subject, once there are more than `beyond` of them."""

        def look() -> Json | None:
            found = [mail for mail in self.all() if subject.lower() in mail["subject"].lower()]
            return found[0] if len(found) > beyond else None

        return eventually(look, f"a mail « {subject} » to {self.address}")

    def attachment(self, mail: Json, place: int = 0) -> str:
        """The text of a file that came with a mail."""
        return requests.get(self.inbox + mail["attachments"][place]["href"], timeout=10).text


def link_to(mail: Json, place: str) -> str:
    """The address in a mail that leads to that place of the portal: `suivi` follows a request, `activation` opens a space."""
    found = re.search(rf"https?://\S+/{place}/[^\s>\"]+", mail["text"])
    assert found, f"no link to {place} in: {mail['text']}"
    return found.group()
