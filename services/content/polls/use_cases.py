"""The answer of a person to a poll: one function, one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.chassis.errors import Conflict
from services.chassis.event_store.transaction import Transaction
from services.content.articles import rules as readers
from services.content.polls import rows as poll_store
from services.content.polls import rules as ballots
from services.content.polls.events import VoteCast
from services.townhall.security_code import SecurityCodeRequired


class PollIsClosed(Conflict):
    code = "poll_closed"
    message = "Ce sondage est clos. Merci de votre intérêt."


class AlreadyAnswered(Conflict):
    code = "already_answered"
    message = "Vous avez déjà répondu à ce sondage : une seule réponse est comptée."


class AnsweredFromHere(AlreadyAnswered):
    message = "Une réponse à ce sondage a déjà été donnée depuis ce navigateur : une seule est comptée."


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where an answer comes from: the browser's name, its network address, and whether a security code came with it."""

    browser: str = ""
    address: str = ""
    code_given: bool = False


def vote(
    tx: Transaction, slug: str, raw: Mapping[str, Any], key: bytes, origin: Origin, *, multiplier: float
) -> dict[str, Any]:
    """Counts the answers of a person who has not answered yet; nothing links the person to the answers.

    Raises SecurityCodeRequired for a visitor whose network address has used up its share; `multiplier` stretches that.
    """
    actor = tx.actor
    if actor is None:
        raise readers.CannotAnswer
    found = poll_store.poll(tx.conn, slug, tx.now)
    if found is None:
        raise readers.NoSuchItem
    readers.require(actor, found["audience"])
    who = readers.voter(actor, slug, key, origin.browser)
    if found["closes_at"] <= tx.now:
        raise PollIsClosed
    questions = found["poll"]["questions"]
    answers = ballots.read(questions, raw)
    tally = poll_store.locked_tally(tx.conn, slug)
    if already := poll_store.answered(tx.conn, {slug: who.all}).get(slug):
        raise AlreadyAnswered if already & who.own else AnsweredFromHere
    if actor.kind == "visitor" and origin.address:
        came = poll_store.count_address(tx.conn, slug, readers.address_mark(origin.address, slug, key))
        if came > ballots.without_code(multiplier) and not origin.code_given:
            raise SecurityCodeRequired
    poll_store.add_ballots(tx.conn, slug, who.left)
    poll_store.save_tally(tx.conn, slug, ballots.count(questions, tally, answers))
    tx.append(f"poll-{slug}", [VoteCast(slug=slug)])
    return {"slug": slug, "answered": True}
