"""What several calls of accounts have in common: a mailed link, the password again, where the call comes from."""

from services.chassis.contracts import LONGEST_ADDRESS, LONGEST_TOKEN, Remembered, text, token
from services.chassis.structs import Struct

LONGEST_PASSWORD = 1000
LONGEST_DEVICE = 60


class WithToken(Struct):
    """A call with the secret of a link that was mailed, or of a page that was opened."""

    token: str = token()


class WithPassword(Struct):
    password: str = text(LONGEST_PASSWORD, remembered=Remembered.KEYED)


class WithAddress(Struct):
    """`address_seen`: where the HTTP request came from, on which such calls are counted."""

    address_seen: str = text(LONGEST_ADDRESS)


class OpensSession(Struct):
    """`presented`: the token of the session that came with the request, which ends. `device`: browser and system in words."""

    presented: str = text(LONGEST_TOKEN, remembered=Remembered.LEFT_OUT)
    device: str = text(LONGEST_DEVICE, remembered=Remembered.LEFT_OUT)
