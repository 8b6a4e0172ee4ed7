"""What is saved of partners' sites, at rest: a key for each row, wrapped by the account's key and by one of PARTNER_KEYS. Pure.

Neither the database, nor MASTER_KEY, nor PARTNER_KEYS alone opens a row; destroying the account's key erases it everywhere.
"""

import base64
import hashlib
from collections.abc import Mapping
from uuid import UUID

from cryptography.exceptions import InvalidTag

from services.accounts.schemas.refusals import VaultClosed
from services.chassis.contracts import from_json
from services.chassis.event_store import sealing
from services.chassis.structs import Struct


class Credentials(Struct):
    """What is sealed: the site for which they were given, by name of its fields, and whether the partner has accepted them."""

    site: str
    values: dict[str, str]
    checked: bool = True


class SealedRow(Struct):
    sealed: bytes
    wrapped: bytes
    key_id: str


class KeyRing:
    """The keys of PARTNER_KEYS: the first one wraps, all unwrap."""

    def __init__(self, setting: str) -> None:
        keys = [base64.b64decode(one) for one in setting.split()]
        self._keys = {_id_of(key): key for key in keys}
        self.first = _id_of(keys[0]) if keys else ""

    def seal(self, account_key: bytes, account_id: UUID, space: str, data: Mapping[str, object]) -> SealedRow:
        """JSON values, bound to the account and the space. Raises VaultClosed where there is no key."""
        about, row_key = _about(account_id, space), sealing.new_key()
        inner = sealing.encrypt(account_key, row_key, bound_to=about)
        return SealedRow(
            sealed=sealing.seal_json(row_key, data, bound_to=about),
            wrapped=sealing.encrypt(self._key(self.first), inner, bound_to=about),
            key_id=self.first,
        )

    def open(self, account_key: bytes, account_id: UUID, space: str, row: SealedRow) -> Credentials:
        """Raises VaultClosed where the key is not there any more, or anything was changed."""
        about = _about(account_id, space)
        try:
            inner = sealing.decrypt(self._key(row.key_id), row.wrapped, bound_to=about)
            row_key = sealing.decrypt(account_key, inner, bound_to=about)
            return from_json(Credentials, sealing.open_json(row_key, row.sealed, bound_to=about))
        except InvalidTag:
            raise VaultClosed from None

    def rewrap(self, account_id: UUID, space: str, row: SealedRow) -> SealedRow:
        """The same values, under the first key; the account's key is not needed. Raises VaultClosed."""
        about = _about(account_id, space)
        try:
            inner = sealing.decrypt(self._key(row.key_id), row.wrapped, bound_to=about)
        except InvalidTag:
            raise VaultClosed from None
        wrapped = sealing.encrypt(self._key(self.first), inner, bound_to=about)
        return SealedRow(sealed=row.sealed, wrapped=wrapped, key_id=self.first)

    def _key(self, key_id: str) -> bytes:
        try:
            return self._keys[key_id]
        except KeyError:
            raise VaultClosed from None


def _id_of(key: bytes) -> str:
    return hashlib.sha256(b"parvis partner key " + key).hexdigest()[:16]


def _about(account_id: UUID, space: str) -> bytes:
    return account_id.bytes + space.encode()
