"""Canned replies: no unfilled placeholder may be sent."""

from services.requests import replies

TEXT = "Bonjour {{ applicant_name }}, votre demande {{request_number}} avance. Avant le {{ deadline }}, {{ reason }}"


def test_known_values_take_their_place() -> None:
    assert replies.fill("n° {{ request_number }}", {"request_number": "2026-AAAA-BBBB"}) == ("n° 2026-AAAA-BBBB", [])


def test_what_is_not_filled_is_told() -> None:
    _, left = replies.fill(TEXT, {"applicant_name": "Ariel", "request_number": "1", "reason": "  "})

    assert left == ["deadline", "reason"]


def test_the_agent_fills_only_what_the_system_does_not_know() -> None:
    assert replies.to_fill(TEXT) == ["deadline", "reason"]


def test_a_value_is_never_read_as_a_placeholder_again() -> None:
    filled, left = replies.fill("{{ reason }}", {"reason": "{{ deadline }}", "deadline": "demain"})

    assert (filled, left) == ("{{ deadline }}", ["deadline"])
