"""Calls of the log-in: the password, an agent's second factor, the session that follows."""

from services.accounts.schemas.profile import LONGEST_PASSWORD
from services.accounts.schemas.sign_up import LONGEST_DEVICE
from services.chassis import contracts
from services.chassis.contracts import Command, Done, Json, RecordedLook, Remembered, text, token
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


class LogIn(Command[SessionOpened | CodeAsked]):
    """`presented`: the token of the session that came with the request, which ends. `device`: browser and system in words.
    `address_seen`: where the HTTP request came from.

    Raises LogInRefused for every pair that is not right, ClosurePending, TryLater, Unavailable.
    """

    username: str = text()
    password: str = text(LONGEST_PASSWORD, remembered=Remembered.KEYED)
    address_seen: str = text(contracts.LONGEST_ADDRESS)
    presented: str = text(contracts.LONGEST_TOKEN, remembered=Remembered.LEFT_OUT)
    device: str = text(LONGEST_DEVICE, remembered=Remembered.LEFT_OUT)


class SecondFactor(Command[SessionOpened]):
    """`code`: the six digits, or a recovery code. `presented` and `device` as in `LogIn`.

    Raises WrongCode, ChallengeGone, TryLater.
    """

    challenge: str = token()
    code: str = text(40)
    presented: str = text(contracts.LONGEST_TOKEN, remembered=Remembered.LEFT_OUT)
    device: str = text(LONGEST_DEVICE, remembered=Remembered.LEFT_OUT)


class CurrentSession(Struct):
    """`actor`: as `Actor.to_json`. Moments in ISO 8601: the session ends at `idle_expires_at` unless it is used, at `ends_at` in
    any case; `warned_at` is when an open page warns of the end."""

    actor: Json
    display_name: str
    kind: str
    idle_expires_at: str
    warned_at: str = ""
    ends_at: str = ""


class ReadSession(RecordedLook[CurrentSession], method="session"):
    """Who holds that session; the call prolongs it. Raises SessionUnknown."""

    session: str = token()


class LogOut(Command[Done]):
    """Ends that session; one that is over already changes nothing."""

    session: str = token()
