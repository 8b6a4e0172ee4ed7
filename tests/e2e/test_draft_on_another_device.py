"""A visitor begins on a phone, has the link mailed, and goes on at a computer; both have the draft until it is filed."""

import pytest
import requests
from playwright.sync_api import Browser, expect

from tests.e2e.journeys.filing import Filing
from tests.e2e.journeys.mails import Mails, draft_link, new_address
from tests.e2e.journeys.people import new_browser
from tests.servers.portal import Portal
from tests.support.filled import today, valid_answers, valid_applicant

pytestmark = pytest.mark.e2e

SLUG = "signalement-voirie"


def test_begun_on_a_phone_filed_at_a_computer(browser: Browser, portal: Portal) -> None:
    mails = Mails(portal.mail, new_address())
    phone = new_browser(browser, portal, scripts=False, width=390)
    begun = Filing(phone.new_page(), SLUG, scripts=False)
    begun.begin()
    begun.introduce(valid_applicant(begun.definition, mails.address))
    begun.page.get_by_role("button", name="Enregistrer et finir plus tard").click()
    begun.page.get_by_role("link", name="m’envoyer un lien par courriel").click()
    expect(begun.page.get_by_label("Votre adresse de courriel")).to_have_value(mails.address)
    begun.page.get_by_role("button", name="M’envoyer le lien").click()
    expect(begun.page.get_by_role("heading", name="Le lien est parti")).to_be_visible()

    link = draft_link(mails.next("Votre lien pour continuer"))
    assert requests.get(link, timeout=10, verify=False).ok

    computer = new_browser(browser, portal)
    resumed = Filing(computer.new_page(), SLUG)
    resumed.page.goto(link)
    resumed.page.get_by_role("button", name="Continuer ma saisie").click()
    expect(resumed.page.get_by_role("heading", level=2, name="Ma demande")).to_be_visible()
    resumed.answer(valid_answers(resumed.definition, today()))
    resumed.onward()
    begun.page.goto("/demarches")
    expect(begun.page.locator("#saisies")).to_be_visible()
    resumed.validate()

    begun.page.goto("/demarches")
    expect(begun.page.locator("#saisies")).to_have_count(0)
    begun.page.goto(link)
    expect(begun.page.get_by_role("heading", level=1, name="Cette demande est déjà envoyée")).to_be_visible()
    phone.close()
    computer.close()
