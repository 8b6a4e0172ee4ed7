"""Signed statements between our own processes and for links: who made it, unchanged, and not too old."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import cast

from itsdangerous import BadSignature, TimestampSigner, URLSafeTimedSerializer

from services.chassis.contracts import Json
from services.chassis.errors import Forbidden
from services.chassis.settings import Settings

AHEAD_SECONDS = 30
"""By so much the clock of the process that signed may be ahead of that of the process that reads."""


class BadStatement(Forbidden):
    """The statement is forged, of another purpose, too old, or of a time to come."""

    code = "bad_signature"
    message = "Ce lien ou ce formulaire n’est plus valable. Rechargez la page."


def sign(settings: Settings, purpose: str, data: Mapping[str, object]) -> str:
    """A URL-safe text that carries the data, readable by all and changeable by none; bound to its purpose."""
    return _signer(settings.signing_key, purpose).dumps(dict(data))


def unsign(settings: Settings, purpose: str, token: str, max_age_seconds: int | None) -> Json:
    """The data that was signed for that purpose, not longer ago than that (None: ever); raises BadStatement."""
    try:
        signer = _signer(settings.signing_key, purpose)
        data, signed_at = cast(
            "tuple[Json, datetime]", signer.loads(token, return_timestamp=True)
        )  # as signed, and when
    except BadSignature:
        raise BadStatement from None
    age = TimestampSigner(settings.signing_key).get_timestamp() - int(signed_at.timestamp())
    if max_age_seconds is not None and not -AHEAD_SECONDS <= age <= max_age_seconds:
        raise BadStatement
    return data


@cache
def _signer(key: bytes, purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(key, salt=purpose)
