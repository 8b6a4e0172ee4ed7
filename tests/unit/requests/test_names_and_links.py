"""Numbers, tracking links, searchable names, calendar files: what can be read from them and what cannot."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, strategies as st
from icalendar import Calendar

from services.requests import blind_index
from services.requests.access import tracking_link
from services.requests.appointments import calendar_file
from services.requests.request import numbers
from services.requests.schemas.refusals import TrackingLinkInvalid

KEY = b"k" * 32
ID = "0b0e7a54-5f5e-4f6c-9a63-2f5d8c1f9a11"


def test_a_number_is_read_without_mistake_and_depends_on_the_key() -> None:
    made = numbers.number(KEY, ID, 2026)
    assert numbers.FORM.fullmatch(made)
    assert numbers.read(made.lower().replace("-", " ")) == made
    assert numbers.read("2026 7k3m oilx") == "2026-7K3M-011X"
    assert numbers.number(KEY, ID, 2026) != numbers.number(b"x" * 32, ID, 2026)
    assert numbers.number(KEY, ID, 2026) != numbers.number(KEY, ID, 2026, attempt=1)


@given(st.text(max_size=30))
def test_any_typed_text_is_read_as_a_number_or_as_none(typed: str) -> None:
    meant = numbers.read(typed)
    assert meant is None or numbers.FORM.fullmatch(meant)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("7K3M", "7K3M"), ("3m-qx", "3MQX"), ("2026-7k3m", "7K3M"), (" 2026 7K3M Q ", "7K3MQ"), ("oill", "0111"),
        ("7k3m-qx4p", "7K3MQX4P"),
        ("7K3", None), ("2026-7K3", None), ("7K3MQX4PQ", None), ("Paul", None), ("Lefèvre", None), ("", None),
    ],
)  # fmt: skip
def test_a_part_of_a_number_is_four_characters_or_more_behind_its_year(typed: str, meant: str | None) -> None:
    found = numbers.part(typed)
    assert (found and "".join(found)) == meant


@given(st.integers(min_value=0, max_value=4), st.integers(min_value=4, max_value=8))
def test_every_part_of_a_number_is_the_beginning_of_one_of_its_parts(start: int, length: int) -> None:
    made = numbers.number(KEY, ID, 2026)
    typed = made.replace("-", "")[4:][start : start + length]
    found = numbers.part(typed)
    if len(typed) < numbers.SHORTEST_PART:
        assert found is None
    else:
        assert found and any(part == found[0] and rest.startswith(found[1]) for part, rest in numbers.parts(made))


def test_a_link_opens_its_request_until_it_expires_with_its_generation() -> None:
    link = tracking_link.TrackingLink(request_id=ID, generation=3)
    assert tracking_link.read(KEY, tracking_link.mint(KEY, ID, 3)) == link
    since = datetime(2026, 1, 1, tzinfo=UTC)
    assert not tracking_link.expired(since, since + timedelta(days=365), 365)
    assert tracking_link.expired(since, since + timedelta(days=365, seconds=1), 365)


@given(st.integers(min_value=0, max_value=49), st.sampled_from("ABCxyz0-_"))
def test_a_link_changed_by_one_character_opens_nothing(at: int, letter: str) -> None:
    token = tracking_link.mint(KEY, ID, 1)
    forged = token[:at] + letter + token[at + 1 :]
    if forged == token:
        return
    with pytest.raises(TrackingLinkInvalid):
        tracking_link.read(KEY, forged)


@given(st.text(max_size=80))
def test_any_text_is_refused_as_a_link(text: str) -> None:
    with pytest.raises(TrackingLinkInvalid):
        tracking_link.read(KEY, text)


@pytest.mark.parametrize("typed", ["temoin", "TÉMOIN claude", "clau", "andrée"])
def test_a_name_is_found_by_the_beginning_of_its_words(typed: str) -> None:
    stored = set(blind_index.tokens(KEY, "Claude Témoin Andrée"))
    assert set(blind_index.searched(KEY, typed)) <= stored


def test_another_name_is_not_found_and_the_index_holds_no_letter() -> None:
    assert not set(blind_index.searched(KEY, "Exemple")) <= set(blind_index.tokens(KEY, "Claude Témoin"))
    assert all(len(token) == blind_index.HASH_BYTES for token in blind_index.tokens(KEY, "Claude Témoin"))


def test_a_calendar_file_is_in_the_towns_time() -> None:
    text = calendar_file.ics(
        request_id=ID,
        number="2026-7K3M-QX4P",
        title="Louer une salle municipale",
        place="Maison des associations",
        instructions="Apportez le chèque.",
        starts_at=datetime(2026, 11, 27, 14, tzinfo=UTC),
        ends_at=datetime(2026, 11, 27, 14, 30, tzinfo=UTC),
        stamp=datetime(2026, 11, 20, tzinfo=UTC),
        sequence=2,
        organizer={"name": "Vie associative", "email": "associations@saint-aubin-sur-orne.example"},
    )
    assert "DTSTART;TZID=Europe/Paris:20261127T150000" in text
    (entry,) = Calendar.from_ical(text).walk("VEVENT")
    assert entry["uid"] == f"{ID}@parvis"
    assert "2026-7K3M-QX4P" in entry["description"]
