"""Signed statements between our own processes and for links: who made it, unchanged, and not too old."""

from collections.abc import Mapping
from functools import cache
from typing import cast

from itsdangerous import BadSignature, URLSafeTimedSerializer

from services.chassis.contracts import Json
from services.chassis.errors import Forbidden
from services.chassis.settings import Settings


class BadStatement(Forbidden):
    """The statement is forged, of another purpose, or too old."""

    code = "bad_signature"
    message = "Ce lien ou ce formulaire n’est plus valable. Rechargez la page."


def sign(settings: Settings, purpose: str, data: Mapping[str, object]) -> str:
    """A URL-safe text that carries the data, readable by all and changeable by none; bound to its purpose."""
    return _signer(settings.signing_key, purpose).dumps(dict(data))


def unsign(settings: Settings, purpose: str, token: str, max_age_seconds: int | None) -> Json:
    """The data that was signed for that purpose, not longer ago than that; raises BadStatement."""
    try:
        return cast("Json", _signer(settings.signing_key, purpose).loads(token, max_age=max_age_seconds))  # as signed
    except BadSignature:
        raise BadStatement from None


@cache
def _signer(key: bytes, purpose: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(key, salt=purpose)
