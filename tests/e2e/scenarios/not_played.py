"""The steps of the scenarios that no test of this folder plays, each with its reason; `tests/structure/test_scenarios.py` holds
the lists to the files.
"""

from tests.e2e.scenarios.steps import every

WITHOUT_TEST = ("S01", "S02", "S06", "S07", "S08", "S09", "S10", "S11", "S12")

TO_COME: dict[tuple[str, int], str] = {
    (scenario, number): "no test plays it yet" for scenario, number in every() if scenario in WITHOUT_TEST
}
"""What the product does not do yet, by step: what has to come first."""

BY_OTHER_TESTS: dict[tuple[str, int], tuple[str, ...]] = {}
"""Steps that need time to pass, which the portal of a browser cannot: the tests that prove them, with a clock that they move."""
