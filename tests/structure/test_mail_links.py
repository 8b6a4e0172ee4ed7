"""Each address that a mail links to is a route of the gateway."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit
from uuid import UUID

import pytest

from services.accounts.schemas.people import NoticeDetails
from services.messaging.copies.rules import KnownRequest
from services.messaging.mails import values
from services.messaging.notices.purposes import ABOUT_A_MAIL, Purpose
from services.messaging.notices.rules import Notice
from services.procedures.schemas.definitions.procedures import Procedure
from services.requests.schemas.draft_links import DraftLinkMail
from services.requests.schemas.mail_details import MailDetails
from tests.structure.lasting.everything import gateway
from tests.structure.test_routes import rule_of
from tests.support import published

TOWN = published.town_read()
URL = "https://demarches.saint-aubin-sur-orne.example"
MOMENT = "2026-12-05T08:20:00+00:00"
SLOT = str(UUID(int=3))


def request(of: Procedure) -> KnownRequest:
    return KnownRequest(
        id=UUID(int=7),
        number="2026-7K4M-93QX",
        procedure=of.slug,
        version=1,
        department=of.department,
        submitted_at=datetime(2026, 11, 18, 8, 12, tzinfo=UTC),
        implicit_effect=None,
        implicit_on=None,
        appointment_id=None,
    )


def notice(purpose: Purpose) -> Notice:
    about = "appointment_cancelled" if purpose in ABOUT_A_MAIL else MOMENT if purpose in values.ARCHIVES else None
    return Notice(
        id=UUID(int=1),
        purpose=purpose,
        event_id=UUID(int=2),
        correlation_id=None,
        request_id=UUID(int=7),
        account_id=UUID(int=8),
        attempts=1,
        reply=False,
        about=about,
    )


def links(purpose: Purpose) -> Iterator[str]:
    """What a mail of that purpose may link to: to the department, to an applicant with a secret link and without, to a space."""
    one, of = notice(purpose), published.procedure("location-salle")
    filed = request(of)
    for others in (0, 3):
        yield str(values.public_values(replace(one, others=others), filed, of, TOWN, URL)["link"])
    for token in ("jeton", None):
        holder = NoticeDetails(email="camille@courriel.example", name="Camille", username="camille", token=token)
        yield str(values.space_values(one, TOWN, holder, URL)["link"])
        known = MailDetails(email="camille@courriel.example", applicant_name="Camille", tracking_token=token)
        yield values.tracking_link(filed, known, URL, values.OWN_TABS.get(purpose, ""))
        if purpose is Purpose.EARLIER_SLOT:
            yield values.freed_slot_link(filed, known, URL, SLOT)
    if purpose is Purpose.DRAFT_LINK:
        mail = DraftLinkMail(email="camille@courriel.example", procedure_title=of.title, expires_at=MOMENT)
        drafted = replace(one, about=str(UUID(int=9)))
        yield str(values.draft_values(drafted, TOWN, mail, bytes(32), URL)["link"])


@pytest.mark.parametrize("purpose", Purpose)
def test_each_address_in_a_mail_is_a_page_of_the_portal(purpose: Purpose) -> None:
    app = gateway()

    lost = {path for link in links(purpose) if rule_of(app, path := urlsplit(link).path) is None}

    assert lost == set()
