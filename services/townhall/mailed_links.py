"""The secret of a link that a mail carries, derived from the id of the link. Pure.

Neither a database nor a fact nor the broker holds the secret: the service that mails the link derives it, the service that
keeps the link keeps the digest, and who presents the secret is asked for by the digest.
"""

import base64
import hashlib
import hmac
from uuid import UUID


def token_of(key: bytes, purpose: str, link_id: UUID) -> str:
    """43 URL-safe characters, the same each time: 256 bits that cannot be guessed without the key."""
    mac = hmac.digest(key, f"mailed link:{purpose}:{link_id}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()


def digest(token: str) -> str:
    """64 hexadecimal characters under which the link is kept."""
    return hashlib.sha256(token.encode()).hexdigest()
