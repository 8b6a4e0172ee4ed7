"""The secret address of one request: a MAC over its id and the link's generation. Pure.

Nothing but the generation is stored. A link stops working when the request has a later generation (revoked), or when its
generation is older than the town allows (expired).
"""

import base64
import binascii
import hashlib
import hmac
from datetime import datetime, timedelta
from uuid import UUID

from services.chassis.structs import Struct
from services.requests.schemas.refusals import TrackingLinkInvalid

MAC_BYTES = 20


class TrackingLink(Struct):
    request_id: str
    generation: int


def mint(key: bytes, request_id: str, generation: int) -> str:
    """The token of that generation: always the same, so that it can be sent again."""
    body = UUID(request_id).bytes + generation.to_bytes(2)
    return base64.urlsafe_b64encode(body + _mac(key, body)).rstrip(b"=").decode()


def read(key: bytes, token: str) -> TrackingLink:
    """What the token opens; raises TrackingLinkInvalid when it was not made with this key."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (ValueError, binascii.Error):
        raise TrackingLinkInvalid from None
    body, mac = raw[:18], raw[18:]
    if len(body) != 18 or not hmac.compare_digest(mac, _mac(key, body)):
        raise TrackingLinkInvalid
    return TrackingLink(request_id=str(UUID(bytes=body[:16])), generation=int.from_bytes(body[16:]))


def expired(generation_since: datetime, now: datetime, days: int) -> bool:
    return now > generation_since + timedelta(days=days)


def _mac(key: bytes, body: bytes) -> bytes:
    return hmac.digest(key, b"tracking:" + body, hashlib.sha256)[:MAC_BYTES]
