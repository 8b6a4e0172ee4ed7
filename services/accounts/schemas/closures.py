"""The calls about the end of one's own space, and the way back; days are days of the town in ISO 8601."""

from services.accounts.schemas.parts import WithPassword, WithToken
from services.chassis.contracts import Command, Done, Query
from services.chassis.structs import Struct


class Closure(Struct):
    """`last_day`: the last one on which the holder can return; the space is erased on `erased_on`, the next."""

    last_day: str
    erased_on: str


class ForeseeClosure(Query[Closure]):
    """The days of a closure that the actor would ask for now. Raises NotYours."""


class RequestClosure(WithPassword, Command[Closure]):
    """Locks the actor's own space, given the password again, and has it erased after the days in which one can return.

    Raises NotYours, PasswordWrong, TryLater; AccountUnknown where it is erased already.
    """


class ClosureReturn(Closure):
    """What the link offers: the space of that user name, and until when."""

    username: str


class OpenClosureReturn(WithToken, Query[ClosureReturn]):
    """The mailed link; nothing changes. Refused as `WithdrawClosure` refuses."""


class WithdrawClosure(WithPassword, WithToken, Command[Done]):
    """The space is as it was; no session is opened.

    Raises ClosureLinkUnknown, ClosureLinkExpired, ClosureLinkUsed, PasswordWrong, TryLater.
    """
