"""What content does when its neighbours say that something happened."""

from services.chassis.bus.reactions import Heard, reaction
from services.chassis.event_store.transaction import Transaction
from services.content.articles import own_news


@reaction("accounts", "PersonErased")
def forget_the_reader(tx: Transaction, heard: Heard) -> None:
    own_news.forget_reader(tx, heard.subject)
