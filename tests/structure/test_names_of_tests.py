"""A name of a test fits a line of a report."""

import re
from pathlib import Path

TESTS = Path(__file__).parent.parent
LONGEST = 80


def test_no_test_has_a_name_of_more_than_80_characters() -> None:
    names = (
        (file.relative_to(TESTS).as_posix(), name)
        for file in TESTS.rglob("test_*.py")
        for name in re.findall(r"^ *def (test_\w+)", file.read_text("utf-8"), re.MULTILINE)
    )

    assert [one for one in names if len(one[1]) > LONGEST] == []
