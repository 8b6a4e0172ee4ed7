"""Whatever a town writes in its files has an effect, or is named here with the reason why it has none."""

import pytest

from tests.structure import town_keys

PAGES = "waits for the pages"
FOR_READERS = "informs those who write or check the file, and has no effect"
EXCEPTED = {
    "accounts.agents.cannot": FOR_READERS,
    "accounts.citizens.sample_requests.note": FOR_READERS,
    "accounts.citizens.storage.kind": FOR_READERS,
    "agendas.agendas.capacity_note": FOR_READERS,
    "procedures.procedures.retention.confidence": FOR_READERS,
    "procedures.procedures.retention.from": FOR_READERS,
    "procedures.procedures.retention.note": FOR_READERS,
    "procedures.procedures.silence.confidence": FOR_READERS,
    "procedures.procedures.silence.source": FOR_READERS,
    "procedures.step_catalogue.purpose": FOR_READERS,
    "town.legal.cookies.banner": PAGES,
    "town.public_holidays_expected": FOR_READERS,
    "town.school_holidays.provisional": FOR_READERS,
    "town.sites.accessible": PAGES,
    "town.town.academic_zone": FOR_READERS,
    "town.town.contacts.portal": FOR_READERS,
    "town.town.insee_code": FOR_READERS,
    "town.town.language": FOR_READERS,
    "town.town.population": FOR_READERS,
}


@pytest.mark.parametrize("key", sorted(town_keys.keys()))
def test_each_key_of_a_town_is_read_or_listed_as_unread(key: str) -> None:
    readers = town_keys.readers(key)
    if any(key.startswith(f"{part}.") for part in EXCEPTED):
        return  # what holds it is unread
    if key in EXCEPTED:
        assert readers == [], f"{key} is read now: take it off the list"
    else:
        assert readers, f"nothing reads {key}: `python -m tests.structure.town_keys` lists who reads what"


def test_every_excepted_key_is_one_of_a_file() -> None:
    assert set(EXCEPTED) <= town_keys.keys()


@pytest.mark.parametrize(
    ("key", "reader"),
    [
        ("town.portal_settings.session_idle_minutes", "services/accounts/town/rules.py"),
        ("town.portal_settings.tracking_link_days", "services/requests/access/use_cases.py"),
        ("town.legal.rights_defender", "gateway/pages/templates/legal/accessibility.html"),
        ("procedures.procedures.rules.next_day_until", "services/requests/forms/cross_checks.py"),
    ],
)
def test_readers_are_found_by_name(key: str, reader: str) -> None:
    assert reader in town_keys.readers(key)


@pytest.mark.parametrize(
    ("key", "other"),
    [
        ("procedures.procedures.silence.source", "the source of a script or a rule"),
        ("town.town.contacts.portal", "the channel « portal » of a request"),
        ("procedures.procedures.retention.from", "the « from » of a transition"),
        ("accounts.citizens.storage.kind", "the kind of an applicant"),
    ],
)
def test_a_reader_of_another_key_of_that_name_is_not_counted(key: str, other: str) -> None:
    assert town_keys.readers(key) == [], other


def test_modules_that_are_handed_a_part_read_something_of_it() -> None:
    for part, modules in town_keys.HANDED_TO.items():
        keys = {key for key in sorted(town_keys.keys()) if key.rpartition(".")[0] == part}
        assert modules <= {reader for key in keys for reader in town_keys.readers(key)}, part
