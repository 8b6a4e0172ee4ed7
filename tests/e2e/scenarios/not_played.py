"""The sentences of the scenarios that no test of this folder plays, each with its reason; `tests/structure/test_scenarios.py`
holds the lists to the files.
"""

from services.townhall.capabilities import Capability
from tests.e2e.scenarios.steps import Place

TO_COME: dict[Place, Capability] = {
    ("S06", 8): Capability.AGENDA_PAGES,
    ("S06", 9): Capability.AGENDA_PAGES,
    ("S11", 8): Capability.EDITORS_PAGES,
    ("S11", 9): Capability.EDITORS_PAGES,
}
"""By step, what has to come first: docs/roadmap.md."""

PART_TO_COME: dict[Place, Capability] = {
    ("S12", 9): Capability.ELIMINATION_PAGES,
}
"""Of steps that stand in IN_PART too, what the rest waits for."""

IN_PART: dict[Place, str] = {
    ("S01", 8): "that the sound says the code of the picture: tests/unit/accounts/test_captcha_speech.py",
    ("S01", 10): "the 48 hours after which the link expires: tests/integration/accounts/test_creation.py",
    ("S02", 1): "the wait that is announced: the portal of the tests lets everybody try a thousand times as often; "
    "tests/gateway/pages/test_logging_in.py, tests/integration/accounts/test_logging_in.py",
    ("S02", 3): "the hour after which the link expires: tests/integration/accounts/test_recovery.py",
    ("S08", 8): "that the date moves when the file was incomplete before: tests/integration/requests/test_ends.py",
    ("S10", 4): "the day on which the address changes: tests/integration/accounts/test_profile_updates.py",
    ("S12", 3): "that a partner who refused is not asked again: tests/integration/accounts/test_partner_credentials.py",
    (
        "S12",
        9,
    ): "the list is drawn by the API: there is no page on which an administrator reviews what is to be eliminated",
}
"""What a step that is played leaves out, and why."""

BY_OTHER_TESTS: dict[Place, tuple[str, ...]] = {
    ("S02", "also_check 1"): (
        "tests/e2e/test_sessions.py::test_the_warning_comes_at_the_idle_limit_and_one_answer_serves_every_tab",
        "tests/e2e/test_sessions.py::test_without_an_answer_the_session_ends_and_another_tab_logs_in_again",
        "tests/integration/accounts/test_logging_in.py::test_a_session_is_prolonged_by_use_and_ends_two_minutes_after_the_idle_limit",
    ),
    ("S04", "outcome 1"): (
        "tests/integration/requests/test_filing.py::test_a_quota_is_exact_when_everyone_comes_at_once",
        "tests/integration/requests/test_filing.py::test_a_withdrawn_request_gives_its_place_back",
        "tests/unit/requests/test_places.py::test_the_week_that_counts_a_place_is_the_towns_also_where_the_clocks_change",
    ),
    ("S07", "outcome 1"): (
        "tests/integration/documents/test_storage.py::test_fifty_pieces_at_once_leave_ten",
        "tests/integration/documents/test_storage.py::test_a_fifth_file_is_refused_also_when_four_come_at_once",
    ),
    ("S10", "outcome 1"): (
        "tests/integration/accounts/test_profile_updates.py::test_each_change_is_traced_with_what_was_there_before_and_after",
    ),
    ("S12", "outcome 1"): (
        "tests/integration/processes/test_erasing.py::test_an_archive_has_the_data_of_every_service_and_is_announced_by_mail",
        "tests/integration/processes/test_erasing.py::test_a_closed_account_ends_everywhere_and_its_request_goes_on",
        "tests/integration/requests/test_erasing.py::test_the_requests_of_others_are_untouched",
    ),
    ("S08", 9): (
        "tests/gateway/pages/test_agent_list.py::test_a_silence_before_the_day_aimed_at_is_shown_with_icon_and_words",
        "tests/integration/requests/test_ends.py::test_silence_counts_anew_from_the_complete_file_in_the_row_as_in_the_file",
        "tests/gateway/pages/test_after_silence.py::test_an_acceptance_by_silence_needs_no_answer_after_it",
    ),
}
"""Sentences that need time to pass or many at once, which the portal of a browser cannot: the tests that prove them, with a
clock that they move."""
