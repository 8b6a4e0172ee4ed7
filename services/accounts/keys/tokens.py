"""Secrets handed out: random ones kept as a hash or sealed, and the tokens of mailed links, which are kept nowhere."""

import base64
import hashlib
import hmac
import secrets
import string
from uuid import UUID

from services.accounts.keys.derived_keys import Key

_TOKEN_BYTES = 32
_PASSWORD_GROUPS, _GROUP_LENGTH = 4, 5
_SECRET_BYTES = 20  # RFC 4226 recommends 160 bits
_CODE_SIGNS = sorted({*string.digits, *string.ascii_lowercase} - {*"01ilo"})  # none that is taken for another
_CODE_GROUPS, _SIGNS_IN_GROUP = 3, 4


def new_token() -> str:
    """256 random bits, for a cookie or a header."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def digest(token: str) -> str:
    """The name under which a token is kept and spoken of. A plain hash: 256 random bits cannot be guessed."""
    return hashlib.sha256(token.encode()).hexdigest()


def activation_token(account_id: UUID, nonce: str, key: Key) -> str:
    """The token of an activation link. Made again each time a mail is sent: the database holds the nonce and a hash."""
    data = account_id.bytes + key.mac(str(account_id), nonce)
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def account_of(token: str) -> UUID | None:
    """The account that an activation token names, genuine or not; None for a text that is not a token."""
    try:
        data = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return None
    return UUID(bytes=data[:16]) if len(data) == 16 + 32 else None


def new_link(subject: UUID, key: Key) -> tuple[str, str]:
    """The nonce of a new link to be mailed, and the digest of its token: what is kept of it."""
    nonce = new_token()
    return nonce, digest(activation_token(subject, nonce, key))


def is_of(token: str, kept_digest: str | None) -> bool:
    """Whether the digest is that token's; the comparison takes as long for any."""
    return hmac.compare_digest(kept_digest or "", digest(token))


def generated_password() -> str:
    """Twenty random characters that can be read aloud, 100 bits."""
    letters = base64.b32encode(secrets.token_bytes(_TOKEN_BYTES)).decode().lower()
    starts = range(0, _PASSWORD_GROUPS * _GROUP_LENGTH, _GROUP_LENGTH)
    return "-".join(letters[start : start + _GROUP_LENGTH] for start in starts)


def generated_totp_secret() -> str:
    """The secret of a second factor, 160 random bits, as the agent's application takes it."""
    return base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def generated_recovery_code() -> str:
    """Twelve random signs that can be copied from paper, 59 bits: « k7xm-2p4q-wz3c »."""
    signs = [secrets.choice(_CODE_SIGNS) for _ in range(_CODE_GROUPS * _SIGNS_IN_GROUP)]
    starts = range(0, len(signs), _SIGNS_IN_GROUP)
    return "-".join("".join(signs[start : start + _SIGNS_IN_GROUP]) for start in starts)


def plain_recovery_code(typed: str) -> str | None:
    """The signs alone of what was typed, however it was spaced or capitalised; None where it cannot be a recovery code."""
    signs = "".join(sign for sign in typed.lower() if not sign.isspace() and sign not in "-‐‑–")
    return signs if len(signs) == _CODE_GROUPS * _SIGNS_IN_GROUP and set(signs) <= set(_CODE_SIGNS) else None
