"""A command that is sent again is recognised by a hash, by this release, the one before and the one after."""

import json
from typing import Any

import pytest

from services.accounts.keys.derived_keys import DerivedKeys
from services.chassis.contracts import from_json, schema_of
from services.chassis.settings import Settings
from services.documents.files.steps import AwaitedFile
from services.requests.schemas.drafts import KeptSlot
from services.requests.schemas.filing import Registered
from tests.structure.remembered_commands import (
    EXAMPLES,
    MASTER_KEY,
    SIGNING_KEY,
    declared_commands,
    hash_of,
    hash_of_kept,
    least,
)

OUTCOMES: dict[str, list[dict[str, Any]]] = json.loads(EXAMPLES.with_name("outcomes.json").read_text())
"""As 5fec22f4 kept them, secrets apart: for 48 hours the next release answers with them."""
READ_AS: dict[str, Any] = {
    "documents.begin_storing": AwaitedFile,
    "documents.begin_upload": AwaitedFile,
    "requests.hold_slot": KeptSlot,
    "requests.submit": Registered,
    "requests.submit_draft": Registered,
    # of these no member is read
    **dict.fromkeys(
        ("accounts.log_in", "documents.freeze", "messaging.open_exchange", "requests.save_step"), dict[str, Any]
    ),
    "requests.open_draft": dict[str, str],
}
"""What a service keeps where it is not the answer."""
KNOWN: dict[str, list[dict[str, Any]]] = json.loads(EXAMPLES.read_text())
DECLARED = declared_commands()
VOTE = "4d837d0e994407107b9105e18efba27de2e0dba447d6ceeaa738e8f0f43c23fa"
ACCOUNT = "0199f3a2-7c41-7d52-9b0e-000000000001"


@pytest.mark.parametrize("name", sorted(OUTCOMES))
def test_kept_outcomes_of_the_release_before_are_read(name: str) -> None:
    for outcome in OUTCOMES[name]:
        from_json(READ_AS.get(name) or DECLARED[name].answer(), outcome)


def test_every_command_has_an_example_of_its_hash() -> None:
    """`python -m tests.structure.remembered_commands` adds what is missing."""
    assert set(DECLARED) - set(KNOWN) == set()


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_the_hash_of_a_command_keeps_its_form(name: str) -> None:
    """Red for a field that came with a default and is not marked `later`, and for one that is renamed or marked otherwise."""
    assert [hash_of(name, DECLARED.get(name), one["body"]) for one in KNOWN[name]] == [
        one["hash"] for one in KNOWN[name]
    ]


@pytest.mark.parametrize(
    ("name", "body", "kept"),
    [
        ("activate", {"token": "t", "password": "p", "presented": "s", "device": "d"}, {"token": "t", "password": "P"}),
        (
            "log_in",
            {"username": "u", "password": "p", "address_seen": "a", "presented": "s", "device": "d"},
            {"username": "u", "password": "P", "address_seen": "a"},
        ),
        ("second_factor", {"challenge": "c", "code": "1", "presented": "s"}, {"challenge": "c", "code": "1"}),
        (
            "accept_invitation",
            {"token": "t", "password": "p", "code": "1"},
            {"token": "t", "password": "P", "code": "1"},
        ),
        (
            "create_account",
            {"credentials": {"username": "u", "password": "p"}, "solved": "s"},
            {
                "credentials": {"username": "u", "password": "P"},
                "solved": "s",
                "captcha": {"id": "", "answer": "", "proof": ""},
                "identity": {},
                "address": {},
                "contact": {},
                "organisation": None,
                "preferred_contact": "",
                "continue_to": "",
                "address_seen": "",
            },
        ),
        ("confirm_email", {"token": "t", "password": "p"}, {"token": "t", "password": "P"}),
        ("request_closure", {"password": "p"}, {"password": "P"}),
        ("withdraw_closure", {"token": "t", "password": "p"}, {"token": "t", "password": "P"}),
        ("renew_recovery_codes", {"password": "p", "code": "123456"}, {"password": "P", "code": "123456"}),
        (
            "reset_password",
            {"token": "t", "password": "p", "code": "1", "address_seen": "192.0.2.1"},
            {"token": "t", "password": "P", "code": "1", "address_seen": "192.0.2.1"},
        ),
        (
            "change_credentials",
            {"current_password": "p", "new_password": "p", "username": "u", "presented": "s"},
            {"current_password": "P", "new_password": "P", "username": "u", "email": ""},
        ),
        ("save_partner_credentials", {"slug": "a", "values": {"n": "p"}}, {"slug": "a", "values": {"n": "P"}}),
        (
            "keep_pending_credentials",
            {"pending": "t", "slug": "a", "values": {"n": "p"}},
            {"slug": "a", "values": {"n": "P"}},
        ),
        (
            "import_partner_credentials",
            {"entries": [{"account_id": ACCOUNT, "slug": "a", "values": {"n": "p"}}]},
            {"entries": [{"account_id": ACCOUNT, "slug": "a"}]},
        ),
    ],
)
def test_the_hash_of_a_secret_is_that_of_the_release_before(
    name: str, body: dict[str, Any], kept: dict[str, Any]
) -> None:
    keyed = DerivedKeys(Settings(master_key=MASTER_KEY, signing_key=SIGNING_KEY)).commands.mac("p").hex()
    before = json.loads(json.dumps(kept).replace('"P"', json.dumps(keyed)))

    assert hash_of(f"accounts.{name}", DECLARED[f"accounts.{name}"], body) == hash_of_kept(f"accounts.{name}", before)


def test_of_a_vote_the_poll_alone_is_kept() -> None:
    vote = {"slug": "s", "answers": {"a": "x"}, "browser": "b", "address_seen": "a", "code_given": True}

    assert hash_of("content.vote", DECLARED["content.vote"], vote) == hash_of_kept("content.vote", {"slug": "s"})


@pytest.mark.parametrize("method", ["hold_slot", "submit", "submit_draft"])
def test_a_filing_is_the_same_command_from_another_network_with_other_pieces(method: str) -> None:
    """As the release before kept it: the last two were kept empty, the code and the network of a slot not at all."""
    name = f"requests.{method}"
    kept = least(DECLARED[name])
    if method != "hold_slot":
        loaded = schema_of(DECLARED[name]).load(kept)
        kept = {**loaded, "manifest": None, "address_seen": ""}
        del kept["code_given"]
    else:
        kept = schema_of(DECLARED[name]).load(kept)
        del kept["address_seen"]
    sent = least(DECLARED[name]) | {"address_seen": "192.0.2.1"}
    sent |= {} if method == "hold_slot" else {"manifest": "signed", "code_given": True}

    assert hash_of(name, DECLARED[name], sent) == hash_of_kept(name, kept)


def test_the_hash_of_an_undeclared_call_is_that_of_its_method_and_body() -> None:
    body = {"slug": "sondage", "answers": {"b": [1, 2], "a": None}}

    assert hash_of_kept("content.vote", body) == VOTE
