"""What is made of known keys and values: stored hashes, sealed texts, links and envelopes keep the form that they have."""

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from unittest import mock
from uuid import UUID

from itsdangerous import TimestampSigner

from gateway.sessions import cookies
from services.accounts.keys import tokens
from services.accounts.keys.derived_keys import DerivedKeys
from services.accounts.partners import partner_vault
from services.accounts.security_code import rules as captcha
from services.chassis import signing
from services.chassis.actors import Actor
from services.chassis.bus.envelope import pack
from services.chassis.calls import Call
from services.chassis.event_store import chain, commands, locks, sealing
from services.chassis.rpc import wire
from services.chassis.settings import Settings
from services.content.articles import rules as readers
from services.requests import blind_index
from services.requests.access import tracking_link
from services.requests.receipts import receipt_codes
from services.requests.request import numbers
from services.townhall import mailed_links
from tests.structure.lasting.record import Names

KEY, OTHER = bytes(range(32)), bytes(range(32, 64))
ID = UUID("0199f3a2-7c41-7d52-9b0e-5f1d2c3b4a59")
AT = datetime(2026, 11, 25, 9, 30, 0, 123456, tzinfo=UTC)
EVENT: dict[str, Any] = {
    "stream": f"request-{ID}",
    "event_id": ID,
    "type": "RequestSubmitted",
    "type_version": 1,
    "subject": str(ID),
    "time": AT,
    "public": '{"number":"2026-7K3M-QX4P"}',
    "sealed": b"sealed",
    "key_id": str(ID),
    "correlation_id": "c",
    "causation_id": None,
}
CALL = Call(
    method="submit",
    actor=Actor(kind="citizen", id=str(ID)),
    body={"b": [1, "é"], "a": {"id": ID, "none": None}},
    command_id=str(ID),
)


def names() -> Names:
    """Each value by what it is."""
    with _without_chance():
        return {"known values": dict((*_stored(), *_sealed(), *_handed_out()))}


@contextmanager
def _without_chance() -> Iterator[None]:
    """The same nonce, key and time in each run."""
    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(os, "urandom", bytes))
        stack.enter_context(mock.patch.object(sealing, "new_key", lambda: OTHER))
        stack.enter_context(mock.patch.object(TimestampSigner, "get_timestamp", lambda _: int(AT.timestamp())))
        yield


def _stored() -> Iterator[tuple[str, str]]:
    """What rows and messages hold."""
    own = chain.digest(**EVENT)
    yield "digest of an event", own.hex()
    yield "hash of the first event of a stream", chain.link(None, 1, own).hex()
    yield "hash of the next event", chain.link(own, 2, own).hex()
    yield "lock of a stream without a rank", str(locks.lock_key(f"lasting-{ID}"))
    tx: Any = SimpleNamespace(keys=SimpleNamespace(master=KEY))
    yield "hash of a command", commands.hash_of(tx.keys.master, CALL).hex()
    yield "hash of a command, of its body alone", commands._hash_of_before(tx.keys.master, CALL).hex()
    yield "actor of a command", commands._actor(CALL)
    for member, value in json.loads(
        pack("requests", EVENT | {"version": 3, "position": 17}, town="saint-aubin")
    ).items():
        yield f"message of an event: {member}", json.dumps(value)
    yield "blind index of a value", blind_index.holder(KEY, "email", " Lea@Example.org ")
    yield "blind index of a word", " ".join(token.hex() for token in blind_index.tokens(KEY, "Éva"))
    yield "number of a request", numbers.number(KEY, str(ID), 2026)
    yield "number of a request, second attempt", numbers.number(KEY, str(ID), 2026, 1)
    voter = readers.voter(Actor(kind="citizen", id=str(ID)), "poll", KEY, "browser")
    yield "voter and browser of a poll", " ".join(sorted(mark.hex() for mark in voter.all))
    yield "address of a voter", readers.address_mark("192.0.2.1", "poll", KEY).hex()


def _sealed() -> Iterator[tuple[str, str]]:
    """What keys close."""
    keys = DerivedKeys(Settings(master_key=KEY, signing_key=OTHER))
    yield "derived key", sealing.key_for("purpose", KEY).hex()
    for name, key in vars(keys).items():
        yield f"derived key of accounts: {name}", key.secret.hex()
    yield "keyed hash of accounts", keys.emails.mac("ab", "c").hex()
    yield "wrapped key", sealing.wrap(KEY, str(ID), OTHER).hex()
    yield "sealed part of an event", sealing.seal_json(KEY, {"text": "é"}, bound_to=ID.bytes).hex()
    yield "sealed message", wire.seal(KEY, {"args": []}).hex()
    ring = partner_vault.KeyRing("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
    row = ring.seal(OTHER, ID, "space", {"password": "é"})
    yield "saved credentials", f"{row.sealed.hex()} {row.wrapped.hex()} {row.key_id}"


def _handed_out() -> Iterator[tuple[str, str]]:
    """What people, their browsers and other processes hold."""
    keys = DerivedKeys(Settings(master_key=KEY, signing_key=OTHER))
    link = mailed_links.token_of(KEY, "draft", ID)
    yield "mailed link", link
    yield "digest of a mailed link", mailed_links.digest(link)
    yield "tracking link", tracking_link.mint(KEY, str(ID), 2)
    receipt = receipt_codes.mint(KEY, town="saint-aubin", number="2026-7K3M-QX4P", submitted_at=AT, files=2, text="é")
    yield "code of a receipt", receipt
    yield "seal of a receipt's file", receipt_codes.file_seal(KEY, receipt_codes.read(receipt), "0" * 64)
    yield "key of receipts", receipt_codes.keys("", KEY)[0].hex()
    yield "activation link", tokens.activation_token(ID, "nonce", keys.activation)
    yield "digest of a token", tokens.digest("token")
    yield "security code", captcha.code_of(str(ID), keys.captcha)
    yield "signed statement", signing.sign(Settings(signing_key=KEY), "grant", {"actor": str(ID)})
    yield "visitor of an idempotency key", cookies.visitor_of("key", KEY)
    yield "voter of a visitor", cookies.voter_of("visitor", KEY)
