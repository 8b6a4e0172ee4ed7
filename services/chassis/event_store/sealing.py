"""Encryption at rest: a key for each subject, wrapped by the master key; destroying the row erases what it sealed."""

import hashlib
import os
from functools import lru_cache
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12


class WrongMasterKey(RuntimeError):
    """A stored key cannot be unwrapped: the process was given another master key than the one that wrapped it."""


@lru_cache(maxsize=8)
def key_for(purpose: str, master: bytes) -> bytes:
    """A key of its own for each purpose, derived from the master key, so that one file of secrets is enough."""
    return hashlib.blake2b(purpose.encode(), key=master, digest_size=32).digest()


def new_key() -> bytes:
    """A key of 256 bits that was never used before."""
    return AESGCM.generate_key(bit_length=256)


def wrap(master: bytes, key_id: str, key: bytes) -> bytes:
    """The key as it may be stored, bound to its id."""
    return encrypt(master, key, bound_to=key_id.encode())


def unwrap(master: bytes, key_id: str, wrapped: bytes) -> bytes:
    """The key again; raises WrongMasterKey."""
    try:
        return decrypt(master, wrapped, bound_to=key_id.encode())
    except InvalidTag:
        raise WrongMasterKey(f"key of {key_id}: MASTER_KEY is not the one that wrapped it") from None


def encrypt(key: bytes, clear: bytes, *, bound_to: bytes) -> bytes:
    """Nonce and ciphertext with its tag (AES-256-GCM); `bound_to` has to be given again to read it."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, clear, bound_to)


def decrypt(key: bytes, sealed: bytes, *, bound_to: bytes) -> bytes:
    """The clear bytes; raises cryptography's InvalidTag where anything was changed."""
    return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], bound_to)


def seal_json(key: bytes, data: Any, *, bound_to: bytes) -> bytes:
    """JSON values, encrypted."""
    return encrypt(key, orjson.dumps(data), bound_to=bound_to)


def open_json(key: bytes, sealed: bytes, *, bound_to: bytes) -> object:
    """The JSON values again."""
    return orjson.loads(decrypt(key, sealed, bound_to=bound_to))
