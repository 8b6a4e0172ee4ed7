"""Calls of the log-in: the password, an agent's second factor, the session that follows."""

from services.accounts.schemas.parts import LONGEST_PASSWORD, OpensSession, WithAddress
from services.chassis.actors import Actor
from services.chassis.contracts import Command, Done, RecordedLook, Remembered, text, token
from services.chassis.structs import Struct


class SessionOpened(Struct):
    """`session`: its token; `kind`: "citizen" or "agent"; `expires_at`: ISO 8601."""

    session: str
    expires_at: str
    kind: str = "citizen"


class CodeAsked(Struct):
    """The password of an agent was right. `challenge`: the token with which the code is sent."""

    challenge: str
    expires_at: str


class LogIn(WithAddress, OpensSession, Command[SessionOpened | CodeAsked]):
    """Raises LogInRefused for every pair that is not right, ClosurePending, TryLater, Unavailable."""

    username: str = text()
    password: str = text(LONGEST_PASSWORD, remembered=Remembered.KEYED)


class SecondFactor(OpensSession, Command[SessionOpened]):
    """`code`: the six digits, or a recovery code. Raises WrongCode, ChallengeGone, TryLater."""

    challenge: str = token()
    code: str = text(40)


class CurrentSession(Struct):
    """Moments in ISO 8601: the session ends at `idle_expires_at` unless it is used, at `ends_at` in
    any case; `warned_at` is when an open page warns of the end."""

    actor: Actor
    display_name: str
    kind: str
    idle_expires_at: str
    warned_at: str = ""
    ends_at: str = ""


class ReadSession(RecordedLook[CurrentSession], method="session"):
    """Who holds that session; the call prolongs it. Raises SessionUnknown."""

    session: str = token()


class LogOut(Command[Done]):
    """Ends that session; one that has ended already is no error."""

    session: str = token()
