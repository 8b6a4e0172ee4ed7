"""The code of a receipt: what it states, which typing it forgives, and what no signature of ours covers."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from services.chassis.errors import Invalid
from services.requests.receipts import receipt_codes as codes
from services.requests.receipts.receipt_codes import CodeIncomplete, CodeNotOurs, CodeOfAnotherTown
from services.requests.request import numbers
from services.requests.schemas.refusals import CodeMistyped

KEY, OTHER = bytes(range(32)), bytes(32)
TOWN = "saint-aubin-sur-orne"
NUMBER = "2026-7K4M-93QX"
AT = datetime(2026, 11, 24, 9, 20, 41, tzinfo=UTC)
TEXT = "recepisse 1\n{}"


def minted(key: bytes = KEY, town: str = TOWN, **changes: Any) -> str:
    said: dict[str, Any] = {"number": NUMBER, "submitted_at": AT, "files": 2, "text": TEXT, **changes}
    return codes.mint(key, town=town, **said)


def test_a_code_is_eleven_groups_of_four_and_begins_with_the_number() -> None:
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){10}[0-9A-HJKMNP-TV-Z]{4}", minted())
    assert minted().startswith(NUMBER)


def test_a_code_states_number_minute_and_count_by_itself() -> None:
    read = codes.read(minted())

    assert (read.number, read.files) == (NUMBER, 2)
    assert read.submitted_at == AT.replace(second=0)
    assert codes.signed_by((OTHER, KEY), TOWN, read) == KEY


@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)),
    st.integers(0, 500),
    st.uuids().map(str),
)
def test_every_code_is_read_as_it_was_made(at: datetime, files: int, request_id: str) -> None:
    number = numbers.number(KEY, request_id, at.year)
    read = codes.read(minted(number=number, submitted_at=at, files=files))

    assert (read.number, read.files) == (number, min(files, codes.MOST_FILES))
    assert timedelta() <= at - read.submitted_at < timedelta(minutes=1)
    assert codes.signed_by((KEY,), TOWN, read) == KEY


def test_case_spaces_hyphens_and_letters_like_digits_do_not_matter() -> None:
    code = minted()
    typed = f"  {code.lower().replace('-', ' ').replace('0', 'o').replace('1', 'l')} "

    assert codes.read(typed) == codes.read(code)


@given(st.integers(0, codes.LENGTH - 1), st.sampled_from(numbers.ALPHABET))
def test_a_mistaken_character_is_always_found(at: int, instead: str) -> None:
    written = minted().replace("-", "")
    if written[at] == instead:
        return
    with pytest.raises(CodeMistyped):
        codes.read(written[:at] + instead + written[at + 1 :])


@given(st.integers(0, codes.CHECK.start - 2))
def test_two_neighbours_that_are_exchanged_are_always_found(at: int) -> None:
    written = minted().replace("-", "")
    if written[at] == written[at + 1]:
        return
    with pytest.raises(CodeMistyped):
        codes.read(written[:at] + written[at + 1] + written[at] + written[at + 2 :])


@pytest.mark.parametrize("typed", ["", "2026-7K4M-93QX", "é", "x" * 400])
def test_a_code_that_is_too_short_or_too_long_is_incomplete(typed: str) -> None:
    with pytest.raises(CodeIncomplete):
        codes.read(typed)


def test_a_letter_that_no_code_has_is_a_mistake() -> None:
    with pytest.raises(CodeMistyped):
        codes.read("U" * codes.LENGTH)


@given(st.text(max_size=80))
def test_any_typed_text_is_refused_with_a_sentence(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        codes.read(typed)
    assert refused.value.fields["code"]


def forged(changes: dict[str, Any]) -> codes.Code:
    """A code of somebody who knows everything but the key: its check is right."""
    return codes.read(minted(bytes(31) + b"f", **changes))


def test_a_forged_code_is_not_ours() -> None:
    for changes in ({}, {"files": 3}, {"number": "2026-AAAA-BBBB"}, {"submitted_at": AT - timedelta(days=300)}):
        with pytest.raises(CodeNotOurs):
            codes.signed_by((KEY, OTHER), TOWN, forged(changes))


@pytest.mark.parametrize("part", [codes.NUMBER, codes.HEAD, codes.MINUTE, codes.SEAL, codes.SIGNATURE])
def test_no_part_of_a_code_can_be_taken_from_another_one(part: slice) -> None:
    mine = minted().replace("-", "")
    other = minted(number="2025-AAAA-BBBB", submitted_at=AT - timedelta(days=3), files=7, text="x").replace("-", "")
    mixed = mine[: part.start] + other[part] + mine[part.stop : codes.CHECK.start]
    read = codes.read(mixed + codes.check_of(mixed))

    with pytest.raises(CodeNotOurs):
        codes.signed_by((KEY,), TOWN, read)


def test_a_code_of_another_town_says_so() -> None:
    with pytest.raises(CodeOfAnotherTown):
        codes.signed_by((KEY,), TOWN, codes.read(minted(OTHER, town="ailleurs")))


def test_the_first_key_signs_and_kept_ones_still_verify() -> None:
    setting = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    before, after = codes.keys("", OTHER), codes.keys(setting, OTHER)
    old = codes.read(minted(before[0]))

    assert after == (KEY, *before)
    assert codes.signed_by(after, TOWN, old) == before[0]
    with pytest.raises(CodeNotOurs):
        codes.signed_by(codes.keys("", KEY), TOWN, old)


def test_a_leaked_derived_key_is_retired_by_name() -> None:
    setting = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8= none"
    old = codes.read(minted(codes.keys("", OTHER)[0]))

    assert codes.keys(setting, OTHER) == (KEY,)
    with pytest.raises(CodeNotOurs):
        codes.signed_by(codes.keys(setting, OTHER), TOWN, old)


def test_the_seals_depend_on_key_text_code_and_purpose() -> None:
    code, digest = codes.read(minted()), "0" * 64

    assert len({codes.seal(KEY, TEXT), codes.seal(OTHER, TEXT), codes.seal(KEY, TEXT + " ")}) == 3
    seals = {
        codes.file_seal(KEY, code, digest),
        codes.file_seal(OTHER, code, digest),
        codes.file_seal(KEY, code, "1" * 64),
    }
    assert len({*seals, codes.file_seal(KEY, codes.read(minted(files=1)), digest)}) == 4


def test_one_text_has_one_seal_whatever_release_prints_it() -> None:
    assert codes.seal(KEY, 'recepisse 1\n{"answers":{}}') == "8KXHBWZ8"
