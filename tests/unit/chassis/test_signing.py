"""What one process signed is read by another, on a machine whose clock may be a little off."""

import pytest
from itsdangerous import TimestampSigner, URLSafeTimedSerializer

from services.chassis.settings import Settings
from services.chassis.signing import BadStatement, sign, unsign

SETTINGS = Settings(signing_key=bytes(range(32)))
PURPOSE, DATA = "grant", {"request": "2026-ABCD"}


def signed_by_a_clock(ahead: int) -> str:
    """As `sign` does it, on a machine whose clock is so many seconds ahead."""

    class Signer(TimestampSigner):
        def get_timestamp(self) -> int:
            return super().get_timestamp() + ahead

    return URLSafeTimedSerializer(SETTINGS.signing_key, salt=PURPOSE, signer=Signer).dumps(DATA)


def test_what_was_signed_is_read_for_its_purpose_alone() -> None:
    assert unsign(SETTINGS, PURPOSE, sign(SETTINGS, PURPOSE, DATA), 600) == DATA
    for purpose, token in (("manifest", sign(SETTINGS, PURPOSE, DATA)), (PURPOSE, sign(SETTINGS, PURPOSE, DATA) + "x")):
        with pytest.raises(BadStatement):
            unsign(SETTINGS, purpose, token, 600)


@pytest.mark.parametrize("ahead", [30, 1, -540])
def test_a_token_from_a_clock_thirty_seconds_ahead_is_accepted(ahead: int) -> None:
    assert unsign(SETTINGS, PURPOSE, signed_by_a_clock(ahead), 600) == DATA


@pytest.mark.parametrize("ahead", [3600, 120, -601])
def test_a_token_from_further_ahead_or_too_old_is_refused(ahead: int) -> None:
    with pytest.raises(BadStatement):
        unsign(SETTINGS, PURPOSE, signed_by_a_clock(ahead), 600)


@pytest.mark.parametrize("ahead", [3600, -10_000_000])
def test_a_token_without_an_end_is_accepted_whenever_it_was_signed(ahead: int) -> None:
    assert unsign(SETTINGS, PURPOSE, signed_by_a_clock(ahead), None) == DATA
