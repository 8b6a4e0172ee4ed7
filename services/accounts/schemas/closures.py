"""The calls about the end of one's own space, and the way back; days are days of the town in ISO 8601."""

from services.accounts.schemas.profile import LONGEST_PASSWORD
from services.chassis.contracts import Command, Done, Query, Remembered, text, token
from services.chassis.structs import Struct


class Closure(Struct):
    """`last_day`: the last one on which the holder can return; the space is erased on `erased_on`, the next."""

    last_day: str
    erased_on: str


class ForeseeClosure(Query[Closure]):
    """The days of a closure that the actor would ask for now. Raises NotYours."""


class RequestClosure(Command[Closure]):
    """Locks the actor's own space, given the password again, and has it erased after the days in which one can return.

    Raises NotYours, PasswordWrong, TryLater; AccountUnknown where it is erased already.
    """

    password: str = text(LONGEST_PASSWORD, remembered=Remembered.KEYED)


class ClosureReturn(Closure):
    """What the link offers: the space of that user name, and until when."""

    username: str


class OpenClosureReturn(Query[ClosureReturn]):
    """The mailed link; nothing changes. Refused as `WithdrawClosure` refuses."""

    token: str = token()


class WithdrawClosure(Command[Done]):
    """The space is as it was; no session is opened.

    Raises ClosureLinkUnknown, ClosureLinkExpired, ClosureLinkUsed, PasswordWrong, TryLater.
    """

    token: str = token()
    password: str = text(LONGEST_PASSWORD, remembered=Remembered.KEYED)
