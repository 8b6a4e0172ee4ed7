"""Filing from an entrypoint: neighbours are asked first, then one transaction, then the receipt is read."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from psycopg.errors import UniqueViolation

from services.chassis.calls import Call
from services.chassis.event_store.store import Store
from services.chassis.event_store.transaction import Transaction
from services.chassis.rpc.client import RpcClient
from services.requests import neighbours
from services.requests.use_cases import drafts, submission
from services.requests.use_cases.submission import Filing
from services.requests.views.receipt import receipt

Json = dict[str, Any]

ATTEMPTS = 3


def hold_slot(store: Store, call: Call) -> Json:
    draft_id, start, address = (call.body[name] for name in ("draft_id", "start", "address_seen"))
    # Kept by draft and start alone: from whatever network it is sent again, and as the former release kept it.
    wish = replace(call, body={"draft_id": draft_id, "start": start})
    return store.run(wish, lambda tx: drafts.hold_slot(tx, store.settings, draft_id, start, address=address))


def submit_draft(store: Store, call: Call) -> Json:
    body = call.body
    return _filed(
        store,
        _wish(call),
        lambda tx, attempt: submission.submit_draft(
            tx,
            store.settings,
            body["draft_id"],
            body["version"],
            body["manifest"],
            seen=body["seen"],
            attempt=attempt,
            address=body["address_seen"],
            identity=body["identity"],
            code_given=body["code_given"],
        ),
    )


def submit(store: Store, rpc: RpcClient, call: Call) -> Json:
    body, wish = call.body, _wish(call)
    now = store.clock.now()
    member = neighbours.unless_done(store, wish, lambda: neighbours.member_of(rpc, call, body["member"], now=now))
    filing = Filing(
        request_id=body["draft_id"] or str(store.ids.new()),
        procedure=body["procedure"],
        version=body["version"],
        channel="counter" if call.actor.kind == "agent" else "api",
        applicant=body["applicant"],
        answers=body["answers"],
        member=member,
        start=body["slot"],
        manifest=body["manifest"],
        of_draft=body["draft_id"] is not None,
        address=body["address_seen"],
        code_given=body["code_given"],
        strict=True,
        identity=body["identity"],
    )
    return _filed(store, wish, lambda tx, attempt: submission.submit(tx, store.settings, filing, attempt=attempt))


def _wish(call: Call) -> Call:
    """The command as it is kept: pieces frozen anew are signed anew, a telephone changes its network, and a security code
    may come with the second try. None of it makes another wish."""
    body = {**call.body, "manifest": None, "address_seen": ""}
    del body["code_given"]  # what a former release kept has none
    return replace(call, body=body)


def _filed(store: Store, wish: Call, use_case: Callable[[Transaction, int], Json]) -> Json:
    outcome = _with_free_number(lambda attempt: store.run(wish, lambda tx: use_case(tx, attempt)))
    with store.viewing(wish.actor) as tx:
        return receipt(tx, store.settings, outcome["request_id"])


def _with_free_number(file: Callable[[int], Json], attempt: int = 0) -> Json:
    """A number that chance has given to someone else is drawn again."""
    try:
        return file(attempt)
    except UniqueViolation as taken:
        if taken.diag.constraint_name != "requests_number" or attempt == ATTEMPTS:
            raise
    return _with_free_number(file, attempt + 1)
