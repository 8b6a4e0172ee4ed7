"""What may be handed in: one meaning of « Mo », and one free piece."""

import re
from pathlib import Path

import pytest

from services.documents.inspection.formats import FileTooLarge, announced
from services.townhall.pieces import LARGEST_FILE_MEGABYTES, MEGABYTE, PROXY_BYTES, Limits, free_label
from tests.support import published

ROOT = Path(__file__).parents[3]


def test_a_file_of_exactly_the_limit_is_accepted_and_one_octet_more_is_not() -> None:
    limits = Limits(file_megabytes=5)

    assert announced("plan.pdf", limits.formats, 5_000_000, limits.max_bytes)
    with pytest.raises(FileTooLarge, match="5 Mo au plus"):
        announced("plan.pdf", limits.formats, 5_000_001, limits.max_bytes)


def test_the_body_limit_of_the_proxy_is_the_largest_that_a_town_may_set() -> None:
    rule = re.search(r"req\.body_size gt (\d+)", (ROOT / "deploy/proxy/haproxy.cfg").read_text("utf-8"))
    said = re.search(r"dépasse (\d+) Mo", (ROOT / "deploy/proxy/errors/413.http").read_text("utf-8"))

    assert rule
    assert said
    assert int(rule[1]) == int(said[1]) * MEGABYTE == PROXY_BYTES
    assert LARGEST_FILE_MEGABYTES * MEGABYTE < PROXY_BYTES


def test_a_town_without_limits_of_its_own_has_the_defaults() -> None:
    assert published.town_read().portal_settings.limits() == Limits()
    assert free_label("  ") == free_label(None) == "Pièce complémentaire"
    assert len(free_label("x" * 200)) == 120
