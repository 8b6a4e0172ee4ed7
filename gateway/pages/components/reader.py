"""Who looks at a page, as far as that can be said, and whether logging in would show more."""

from collections.abc import Generator
from contextlib import contextmanager

from gateway.sessions.identity import NotLoggedIn, Person, current_identity, current_person
from services.chassis.actors import Actor
from services.chassis.errors import Refusal
from services.requests.schemas.refusals import AccountRequired, LoginRequired


@contextmanager
def logging_in_helps() -> Generator[None]:
    """Leads a visitor to the log-in page, and back, where a service says that only an account holder may see this."""
    try:
        yield
    except (AccountRequired, LoginRequired) as refusal:
        if current_person() is None:
            raise NotLoggedIn(details={"log_in_page": "/connexion"}) from refusal
        raise


def person_menu() -> Person | None:
    """Who is logged in, or None; never a reason for an error page to fail."""
    try:
        return current_person()
    except Refusal:
        return None


def reader() -> Actor | None:
    """For whom what the town publishes is chosen: who is logged in; None for visitors, and while that cannot be said."""
    person = current_identity().person_if_known()
    return person.actor if person else None


def at_counter() -> bool:
    """Whether an agent looks: what is filed from here is filed for another person, in the agents' frame and words."""
    person = person_menu()
    return person is not None and person.kind == "agent"
