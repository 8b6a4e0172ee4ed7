"""A page gives its script the seconds that the session lasts; a visitor gets neither script nor dialog."""

from datetime import timedelta

import pytest

from tests.support import agents_desk
from tests.support.demo_town import NOW
from tests.support.judge import Client
from tests.support.stubs import Stubs

CURRENT = "/api/v1/sessions/current"


@pytest.fixture
def lasting(services: Stubs, citizen: Client) -> Client:
    services["accounts.session"] = timed(services.answers["accounts.session"])
    return citizen


def timed(session: object) -> dict[str, object]:
    """A session that was used right now, six hours before its last moment."""
    moments = {"warned_at": 20, "idle_expires_at": 22, "ends_at": 360}
    return {**session, **{name: (NOW + timedelta(minutes=by)).isoformat() for name, by in moments.items()}}  # type: ignore[dict-item]


@pytest.mark.parametrize("address", ["/mon-accueil", "/demarches", "/nulle-part"])
def test_a_page_with_a_session_carries_the_times_of_its_warning(lasting: Client, address: str) -> None:
    lasting.get(address)
    page = lasting.get(address)

    assert 'data-session-warning="1200" data-session-left="1320" data-session-most="21600"' in page.text
    assert "session-" in page.text
    assert page.text.count("Rester connecté") == 1


def test_an_agent_is_warned_too_and_led_to_the_agents_log_in(agent: Client, services: Stubs) -> None:
    services["accounts.session"] = timed(agents_desk.session_of(agents_desk.AGENT))

    page = agent.page("/agent/mon-compte")

    assert page.body["data-session-warning"] == "1200"
    template = page.select_one("template[data-session-is=over]")
    assert 'href="/agent/connexion"' in template.decode_contents()


def test_the_dialogs_have_a_name_a_description_and_a_first_button(lasting: Client) -> None:
    page = lasting.page("/mon-accueil")

    for dialog in page.select("dialog"):
        for name in ("aria-labelledby", "aria-describedby"):
            assert page.select_one(f"#{dialog[name]}").get_text(strip=True)
        assert dialog.select_one("button[autofocus]") is not None
        assert not dialog.has_attr("open"), "without scripts nothing is shown"


def test_a_visitor_has_neither_timer_nor_dialog(visitor: Client) -> None:
    page = visitor.page("/demarches")

    assert not page.body.has_attr("data-session-warning")
    assert page.select("dialog") == []
    assert "session." not in " ".join(script["src"] for script in page.select("script[src]"))


def test_an_expired_session_has_zero_seconds_left(citizen: Client, services: Stubs) -> None:
    session = services.answers["accounts.session"]
    services["accounts.session"] = session | {"idle_expires_at": (NOW - timedelta(hours=1)).isoformat()}  # type: ignore[operator]

    assert citizen.page("/mon-accueil").body["data-session-left"] == "0", "and by a release before, without the rest"


def test_a_program_asks_how_long_its_session_lasts(lasting: Client) -> None:
    assert lasting.get(CURRENT).get_json() == {
        "seconds_to_warning": 1200, "seconds_left": 1320, "seconds_at_most": 21600,
    }  # fmt: skip


def test_a_visitor_without_a_session_is_answered_401(visitor: Client) -> None:
    assert visitor.get(CURRENT).status_code == 401
