"""Exchanges: messages about a request between the citizen and the town. Pure rules.

An exchange never changes once written. A short one is listed whole. It is read when the other side opens it, says so where
it is listed whole, or answers with it before its eyes (what came meanwhile was not seen); never because it was listed, nor
because its own author looks at it, nor because the request is closed.
"""

from datetime import datetime, timedelta
from uuid import UUID

from services.chassis.errors import Forbidden, Invalid, NotFound
from services.chassis.structs import Struct
from services.messaging.schemas import exchanges as shown
from services.messaging.schemas.exchanges import LONGEST_MESSAGE
from services.messaging.schemas.facts import Direction
from services.townhall.grants import Side
from services.townhall.names import signed
from services.townhall.placeholders import still_blank

EXCERPT_CHARACTERS = 80
WHOLE_CHARACTERS, WHOLE_LINES = 160, 4
"""A message of at most so many is listed whole. On a phone, where a line has about forty letters, four lines take no more
room than two lines of an excerpt and the button under them."""
KEPT = timedelta(days=30)
"""Of a message that is begun: as long as a form that is begun with a personal space."""


class ExchangesNotAllowed(Forbidden):
    message = "Cette démarche ne prévoit pas d’échanges, ou la demande est close."


class EmptyExchange(Invalid):
    message = "Écrivez votre message avant de l’envoyer."


class ExchangeTooLong(Invalid):
    message = f"Votre message dépasse {LONGEST_MESSAGE} caractères : raccourcissez-le ou envoyez-le en deux fois."


class BlankLeft(Invalid):
    message = "Il reste des blancs à remplir dans le message."


class UnknownExchange(NotFound):
    message = "Cet échange n’existe pas dans cette demande."


def written(text: str) -> str:
    """The text as it will be kept; refuses with EmptyExchange or ExchangeTooLong, on the field `text`."""
    kept = "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").replace("\x00", "").split("\n")).strip()
    if not kept:
        raise EmptyExchange(fields={"text": EmptyExchange.message})
    if len(kept) > LONGEST_MESSAGE:
        raise ExchangeTooLong(fields={"text": ExchangeTooLong.message})
    return kept


def complete(text: str) -> str:
    """The text, when no blank of a prepared reply is left in it; refuses with BlankLeft, on the field `text`."""
    left = still_blank(text)
    if left:
        sentence = f"{BlankLeft.message[:-1]} : {', '.join(left)}. Remplacez chacun, crochets compris."
        raise BlankLeft(fields={"text": sentence})
    return text


def excerpt(text: str) -> str:
    """The text of a short message, as it was written; of another, the first words on one line, cut at a space, and an ellipsis."""
    if not cut(text):
        return text
    flat = _on_one_line(text)
    return flat[: EXCERPT_CHARACTERS + 1].rsplit(" ", 1)[0][:EXCERPT_CHARACTERS].rstrip(" ,;:.") + "…"


def cut(text: str) -> bool:
    """Whether the excerpt leaves something out."""
    lines = [line for line in text.splitlines() if line.strip()]
    return len(lines) > WHOLE_LINES or len(_on_one_line(text)) > WHOLE_CHARACTERS


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


class Exchange(Struct):
    id: UUID
    direction: Direction
    author: str
    added_at: datetime
    read_at: datetime | None
    text: str

    def mine(self, side: Side) -> bool:
        return self.direction is Direction.written_by(side)

    def unread_by(self, side: Side) -> bool:
        return self.read_at is None and self.direction is Direction.read_by(side)

    def listed(self, side: Side, department: str) -> shown.Exchange:
        """What a list shows: one still to be opened gives its first words only. The town's are signed for the reader."""
        from_town = self.direction is Direction.TO_CITIZEN
        outside = side is Side.CITIZEN
        return shown.Exchange(
            id=str(self.id),
            direction=self.direction.value,
            author=signed(self.author, department, outside=outside) if from_town else self.author,
            at=self.added_at.isoformat(),
            read_at=self.read_at.isoformat() if self.read_at else None,
            excerpt=excerpt(self.text),
            cut=cut(self.text),
            text=None if self.unread_by(side) else self.text,
            mine=self.mine(side),
        )
