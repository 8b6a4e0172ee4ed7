"""Keys of this service, each for one purpose, derived from the two that the installation holds.

Keyed hashes let rows be found without the database telling whose they are; the token of a mailed link and a security code
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


@dataclass(frozen=True, kw_only=True)
class DerivedKeys:
    emails: Key  # outlives every link: from the key that also wraps the rows' keys
    activation: Key
    pending: Key
    invitations: Key
    resets: Key
    recovery_codes: Key
    email_confirmations: Key
    email_undos: Key
    closures: Key
    captcha: Key
    throttles: Key
    commands: Key

    @classmethod
    def of(cls, settings: Settings) -> "DerivedKeys":
        def derived(root: bytes, purpose: str) -> Key:
            return Key(hmac.digest(root, f"parvis accounts {purpose}".encode(), "sha256"))

        return cls(
            emails=derived(settings.master_key, "emails"),
            activation=derived(settings.signing_key, "activation"),
            pending=derived(settings.signing_key, "pending spaces"),
            invitations=derived(settings.signing_key, "invitations"),
            resets=derived(settings.signing_key, "password resets"),
            recovery_codes=derived(settings.signing_key, "recovery codes"),
            email_confirmations=derived(settings.signing_key, "email confirmations"),
            email_undos=derived(settings.signing_key, "email undos"),
            closures=derived(settings.signing_key, "closures"),
            captcha=derived(settings.signing_key, "captcha"),
            throttles=derived(settings.signing_key, "throttles"),
            commands=derived(settings.signing_key, "commands"),
        )


def email_hash(keys: DerivedKeys, email: str) -> bytes:
    """By which an address is found; case does not count, as no town wants two spaces for one mailbox."""
    return keys.emails.mac(email.strip().casefold())
