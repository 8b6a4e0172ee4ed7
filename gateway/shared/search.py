"""What the whole portal has to say about some words, procedures and contents in one order."""

from dataclasses import field, replace

from gateway.clients import ANYONE, Json
from gateway.conversation import clients
from services.chassis.contracts import to_json
from services.chassis.errors import Unavailable
from services.chassis.structs import Struct
from services.content.schemas.articles import FindArticles
from services.procedures.schemas.catalogue import SearchCatalogue

MOST = 30
"""Results of each service; for more, a person adds a word."""

NOTHING: Json = {"items": [], "total": 0, "suggestion": None, "partial": False}


class Found(Struct):
    """What answers all of the words (`full`) and some of them (`partly`), the best first; `suggestion`: as they were read
    where nothing has them as they are; `away`: a part of the portal did not answer."""

    full: list[Json] = field(default_factory=list)
    partly: list[Json] = field(default_factory=list)
    total: int = 0
    suggestion: str | None = None
    away: bool = False

    @property
    def shown(self) -> int:
        return len(self.full) + len(self.partly)


def find(words: str) -> Found:
    """One question to each service; a procedure is nothing without its service, contents may be missing for a moment."""
    procedures: Json = to_json(clients().send(SearchCatalogue(q=words, per_page=MOST), actor=ANYONE))
    procedures |= {"items": [{**item, "kind": "procedure"} for item in procedures["items"]]}
    try:
        contents = to_json(clients().send(FindArticles(q=words, limit=MOST)))
    except Unavailable:
        return replace(merged(procedures, NOTHING), away=True)
    return merged(procedures, contents)


def merged(procedures: Json, contents: Json) -> Found:
    """Both answers as one: what was typed goes before what may have been meant, and beside something that has all of the
    words, only a procedure that has some of them is worth a look."""
    found = [answer for answer in (procedures, contents) if answer["items"]] or [NOTHING]
    as_typed = [answer for answer in found if not answer["suggestion"]]
    suggestion = None if as_typed else found[0]["suggestion"]
    kept = as_typed or [answer for answer in found if answer["suggestion"] == suggestion]
    whole = [answer for answer in kept if not answer["partial"]]
    some = [answer for answer in kept if answer["partial"] and (not whole or answer is procedures)]
    return Found(
        full=sorted(_items(whole), key=lambda item: -item["rank"]),
        partly=_items(some),
        total=sum(answer["total"] for answer in (*whole, *some)),
        suggestion=suggestion,
    )


def _items(answers: list[Json]) -> list[Json]:
    return [item for answer in answers for item in answer["items"]]
