"""The call that keeps a message which is begun and not sent. What is kept comes with the answer of `exchanges`."""

from dataclasses import dataclass

from services.chassis import contracts
from services.chassis.contracts import Command, Done

LONGEST_MESSAGE = 5_000


@dataclass(frozen=True, kw_only=True)
class KeepBegunMessage(Command[Done]):
    """Keeps the words for the applicant's side of the request; none given: drops them.

    `seen`: the last exchange on the page that sends them, "" for none. Words that arrive after the message they belong to
    was sent are not kept: the applicant's side has written since.
    """

    grant: str = contracts.grant()
    text: str = contracts.text(LONGEST_MESSAGE)
    seen: str = contracts.text(40)
