"""The steps of the scenarios that no test of this folder plays, each with its reason; `tests/structure/test_scenarios.py` holds
the lists to the files.
"""

from services.chassis.capabilities import Capability

TO_COME: dict[tuple[str, int], Capability] = {
    ("S06", 8): Capability.AGENDA_PAGES,
    ("S06", 9): Capability.AGENDA_PAGES,
    ("S11", 8): Capability.EDITORS_PAGES,
    ("S11", 9): Capability.EDITORS_PAGES,
    ("S12", 9): Capability.ELIMINATION_PAGES,
}
"""By step, what has to come first: docs/roadmap.md."""

PART_TO_COME: dict[tuple[str, int], Capability] = {("S09", 8): Capability.AGENDA_PAGES}
"""Of steps that stand in IN_PART too, what the rest waits for."""

IN_PART: dict[tuple[str, int], str] = {
    ("S01", 8): "that the sound says the code of the picture: tests/unit/accounts/test_captcha_speech.py",
    ("S01", 10): "the 48 hours after which the link expires: tests/integration/accounts/test_creation.py",
    ("S02", 1): "the wait that is announced: the portal of the tests lets everybody try a thousand times as often; "
    "tests/gateway/pages/test_logging_in.py, tests/integration/accounts/test_logging_in.py",
    ("S02", 3): "the hour after which the link expires: tests/integration/accounts/test_recovery.py",
    (
        "S07",
        7,
    ): "what is copied to the storage space or opened changes nothing of the request: its Historique has no line of it",
    ("S10", 4): "the day on which the address changes: tests/integration/accounts/test_profile_updates.py",
    ("S09", 8): "the list of the day does not tell the need of reception",
}
"""What a step that is played leaves out, and why."""

BY_OTHER_TESTS: dict[tuple[str, int], tuple[str, ...]] = {
    ("S08", 9): (
        "tests/gateway/pages/test_agent_list.py::test_silence_that_comes_before_the_day_aimed_at_is_told_with_icon_and_words",
        "tests/integration/requests/test_agents.py::test_silence_is_said_once_it_has_lasted",
        "tests/gateway/pages/test_after_silence.py::test_an_acceptance_by_silence_needs_no_answer_after_it",
    ),
    ("S09", 7): (
        "tests/unit/requests/test_request.py::test_it_is_too_late_to_move_an_appointment_of_tomorrow_morning",
        "tests/gateway/pages/test_following.py::test_too_late_to_move_offers_no_slot_but_a_number_to_call",
    ),
}
"""Steps that need time to pass, which the portal of a browser cannot: the tests that prove them, with a clock that they move."""
