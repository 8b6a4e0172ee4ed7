"""What an operator reads of a walk along the chains."""

import pytest

from services.chassis.process.operate import Verified


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (Verified(events=1, streams=1), "1 événement, 1 suite d’événements, tout est intact"),
        (Verified(events=0, streams=0), "0 événement, 0 suite d’événements, tout est intact"),
        (Verified(events=3, streams=2), "3 événements, 2 suites d’événements, tout est intact"),
    ],
)
def test_words_agree_with_their_counts(found: Verified, sentence: str) -> None:
    assert str(found) == sentence
