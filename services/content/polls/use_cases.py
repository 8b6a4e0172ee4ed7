"""The answer of a person to a poll: one function, one transaction."""

from services.chassis.errors import Conflict
from services.chassis.event_store.transaction import Transaction
from services.chassis.settings import Settings
from services.content.articles import rules as readers
from services.content.polls import rows as poll_rows, rules as ballots
from services.content.polls.events import VoteCast
from services.content.schemas.polls import PollState, Vote, VoteCounted
from services.townhall.security_code import SecurityCodeRequired


class PollIsClosed(Conflict):
    code = "poll_closed"
    message = "Ce sondage est clos. Merci de votre intérêt."


class AlreadyAnswered(Conflict):
    message = "Vous avez déjà répondu à ce sondage : une seule réponse est comptée."


class AnsweredFromHere(AlreadyAnswered):
    code = AlreadyAnswered.code
    message = "Une réponse à ce sondage a déjà été donnée depuis ce navigateur : une seule est comptée."


def vote(tx: Transaction, settings: Settings, asked: Vote) -> VoteCounted:
    """Counts the answers of a person who has not answered yet; nothing links the person to the answers.

    Raises SecurityCodeRequired for a visitor whose network address has used up its share.
    """
    actor, slug, key = tx.actor, asked.slug, readers.voter_key(settings.signing_key)
    found, _ = poll_rows.poll(tx.conn, slug, tx.now)
    readers.require(actor, found.audience)
    who = readers.voter(actor, slug, key, asked.browser)
    if found.state == PollState.CLOSED:
        raise PollIsClosed
    answers = ballots.read(found.questions, asked.answers)
    tally = poll_rows.locked_tally(tx.conn, slug)
    if already := poll_rows.answered(tx.conn, {slug: who.all}).get(slug):
        raise AlreadyAnswered if already & who.own else AnsweredFromHere
    if actor and actor.kind == "visitor" and asked.address_seen:
        came = poll_rows.count_address(tx.conn, slug, readers.address_mark(asked.address_seen, slug, key))
        if came > ballots.without_code(settings.rate_limits) and not asked.code_given:
            raise SecurityCodeRequired
    poll_rows.add_ballots(tx.conn, slug, who.left)
    poll_rows.save_tally(tx.conn, slug, ballots.count(found.questions, tally, answers))
    tx.append(f"poll-{slug}", [VoteCast(slug=slug)])
    return VoteCounted(slug=slug, answered=True)
