"""What is said of a file whose format is not accepted."""

import pytest

from services.documents.inspection import formats


def refusal(name: str, accepted: tuple[str, ...]) -> str:
    with pytest.raises(formats.ForbiddenFormat) as refused:
        formats.announced(name, accepted, 10, 100)
    return refused.value.message


def test_a_telephone_s_photograph_is_told_how_to_become_one_that_is_accepted() -> None:
    assert "Le plus compatible" in refusal("IMG_0042.HEIC", ("jpg", "jpeg", "png"))


def test_where_no_photograph_is_asked_nothing_is_said_of_telephones() -> None:
    assert "iPhone" not in refusal("IMG_0042.HEIC", ("pdf",))
    assert "iPhone" not in refusal("notes.txt", ("jpg",))
