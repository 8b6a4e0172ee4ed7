"""Keys of this service, each for one purpose, derived from the two that the installation holds.

Keyed hashes let rows be found without the database showing whose they are; the token of a mailed link and a security code
are derived instead of stored, each from something random in its row, so that neither the database nor the key alone opens
anything. Passwords and second factors are random: no key leads to them.
"""

import hashlib
import hmac
from dataclasses import dataclass

from services.chassis.settings import Settings


@dataclass(frozen=True)
class Key:
    secret: bytes

    def mac(self, *parts: str) -> bytes:
        """32 bytes that only the holder of the key can find again. The lengths of the parts are part of it."""
        digest = hmac.new(self.secret, digestmod=hashlib.sha256)
        for part in parts:
            data = part.encode()
            digest.update(len(data).to_bytes(4, "big") + data)
        return digest.digest()


class DerivedKeys:
    """By the purpose from which each is derived."""

    def __init__(self, settings: Settings) -> None:
        def derived(root: bytes, purpose: str) -> Key:
            return Key(hmac.digest(root, f"parvis accounts {purpose}".encode(), "sha256"))

        # outlives every link: of the key that wraps the rows' keys
        self.emails = derived(settings.master_key, "emails")
        self.activation = derived(settings.signing_key, "activation")
        self.pending = derived(settings.signing_key, "pending spaces")
        self.invitations = derived(settings.signing_key, "invitations")
        self.resets = derived(settings.signing_key, "password resets")
        self.recovery_codes = derived(settings.signing_key, "recovery codes")
        self.email_confirmations = derived(settings.signing_key, "email confirmations")
        self.email_undos = derived(settings.signing_key, "email undos")
        self.closures = derived(settings.signing_key, "closures")
        self.captcha = derived(settings.signing_key, "captcha")
        self.throttles = derived(settings.signing_key, "throttles")
        self.commands = derived(settings.signing_key, "commands")


def email_hash(keys: DerivedKeys, email: str) -> bytes:
    """By which an address is found; case does not count, as no town wants two spaces for one mailbox."""
    # `lower` in hashes of requests (`blind_index.py`): the two differ for letters such as ß, and stored hashes stay what they are.
    return keys.emails.mac(email.strip().casefold())
