from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from services.accounts.keys import tokens
from services.accounts.keys.derived_keys import Key

KEY = Key(b"one key")
ACCOUNT = UUID("0190d2f0-0000-7000-8000-000000000001")


def test_an_activation_token_is_of_its_account_nonce_and_key() -> None:
    token = tokens.activation_token(ACCOUNT, "nonce", KEY)
    assert tokens.account_of(token) == ACCOUNT
    assert tokens.activation_token(ACCOUNT, "nonce", KEY) == token
    assert tokens.activation_token(ACCOUNT, "other", KEY) != token
    assert tokens.activation_token(ACCOUNT, "nonce", Key(b"another key")) != token


@given(st.text(max_size=80))
def test_any_text_is_read_as_the_account_of_a_token_or_as_none(text: str) -> None:
    found = tokens.account_of(text)
    assert found is None or isinstance(found, UUID)


@pytest.mark.parametrize("parts", [("ab", "c"), ("a", "bc"), ("abc",)])
def test_parts_of_a_mac_do_not_run_into_each_other(parts: tuple[str, ...]) -> None:
    macs = {KEY.mac("ab", "c"), KEY.mac("a", "bc"), KEY.mac("abc")}
    assert len(macs) == 3
    assert KEY.mac(*parts) in macs


def test_generated_secrets_are_long_and_never_the_same() -> None:
    passwords, secrets = (
        {tokens.generated_password() for _ in range(50)},
        {tokens.generated_totp_secret() for _ in range(50)},
    )
    assert (len(passwords), len(secrets)) == (50, 50)
    assert {len(password) for password in passwords} == {23}
    assert {len(secret) for secret in secrets} == {32}


def test_a_token_is_kept_as_its_sha256() -> None:
    assert tokens.digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_a_recovery_code_is_read_however_it_is_copied() -> None:
    code = tokens.generated_recovery_code()
    plain = code.replace("-", "")
    assert len(plain) == 12
    assert len({tokens.generated_recovery_code() for _ in range(100)}) == 100
    for typed in (code, code.upper(), plain, code.replace("-", " "), f"  {code}\t", code.replace("-", "\u2010")):
        assert tokens.plain_recovery_code(typed) == plain


@given(st.text(max_size=40))
def test_any_text_is_read_as_a_recovery_code_or_as_none(text: str) -> None:
    found = tokens.plain_recovery_code(text)
    assert found is None or len(found) == 12


@pytest.mark.parametrize("typed", ["", "123456", "abcd-efgh-jkl1", "abcd-efgh-jkmn-p"])
def test_a_text_with_other_characters_or_length_is_no_recovery_code(typed: str) -> None:
    assert tokens.plain_recovery_code(typed) is None
