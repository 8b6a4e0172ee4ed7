"""What content does with the facts of other services."""

from services.accounts.schemas import facts as accounts
from services.chassis.bus.reactions import Received, reaction
from services.chassis.event_store.transaction import Transaction
from services.content.articles import own_news


@reaction(accounts.PersonErased)
def forget_the_reader(tx: Transaction, received: Received[accounts.PersonErased]) -> None:
    own_news.forget_reader(tx, received.subject)
