"""Above the share of an address a poll and a summary ask for a security code; what was chosen or answered is kept."""

from typing import Any, NamedTuple

import pytest

from services.chassis.actors import Actor
from services.chassis.errors import Invalid
from services.townhall.security_code import SecurityCodeRequired
from tests.support.demo_town import DRAFT, NUMBER
from tests.support.drafts import RECEIPT
from tests.support.filing import ROAD, answer
from tests.support.judge import Client, held_values, parsed
from tests.support.stubs import Stubs

FORM = "main form[method=post]"
VOTE = {"slug": "passerelle-nom", "answered": True}


class Sent(NamedTuple):
    method: str
    address: str
    typed: dict[str, str]
    kept: str
    leads_to: str


POLL, SUMMARY = "/votre-avis/passerelle-nom", f"{ROAD}/etape/recapitulatif"
CHOSEN, ANSWERED = "[name=nom][value=lavandieres][checked]", "main:-soup-contains('Un trou dans la chaussée.')"
FORMS = [
    Sent("content.vote", POLL, {"nom": "lavandieres"}, CHOSEN, f"{POLL}?merci=1"),
    Sent("requests.submit_draft", SUMMARY, {}, ANSWERED, f"{ROAD}/prise-en-compte/{NUMBER}"),
]


@pytest.fixture(params=FORMS, ids=["poll", "summary"])
def form(request: pytest.FixtureRequest, visitor: Client, services: Stubs) -> Sent:
    """A form whose service asks for a code."""

    def asks_a_code(body: dict[str, Any], _: Actor) -> dict[str, Any]:
        if not body.get("code_given"):
            raise SecurityCodeRequired
        return VOTE if request.param.address == POLL else RECEIPT

    answer(visitor)
    services[request.param.method] = asks_a_code
    return request.param


def test_above_the_share_of_an_address_a_form_asks_for_a_code(visitor: Client, services: Stubs, form: Sent) -> None:
    services["accounts.spend_captcha"] = {}
    assert visitor.page(form.address).select_one("[name=captcha_answer]") is None

    page = parsed(visitor.submit(form.address, FORM, **form.typed), 422)

    assert page.select_one(form.kept) is not None
    assert form.address == POLL or "vos réponses sont gardées" in page.select_one("[role=alert]").get_text()
    assert [link["href"] for link in page.select(".error-summary a")] == ["#captcha-answer"]
    assert services.bodies("accounts.spend_captcha") == []

    sent = visitor.post(form.address, data=held_values(page.select_one(FORM)) | {"captcha_answer": "7KXM2"})
    assert sent.location == form.leads_to
    assert services.bodies("accounts.spend_captcha")[0]["captcha"] == {"id": DRAFT, "answer": "7KXM2", "proof": ""}
    assert [body.get("code_given") for body in services.bodies(form.method)] == [False, False, True]


def test_a_wrong_code_sends_nothing_and_another_is_shown(visitor: Client, services: Stubs, form: Sent) -> None:
    services["accounts.spend_captcha"] = Invalid(fields={"captcha.answer": "Ce code ne correspond pas."})
    code = {"captcha_id": DRAFT, "captcha_answer": "AAAAA"}

    page = parsed(visitor.submit(form.address, FORM, **form.typed, **code), 422)

    assert "Ce code ne correspond pas." in page.select_one("#captcha-erreur").get_text()
    assert page.select_one(form.kept) is not None
    assert not page.select_one("[name=captcha_answer]").get("value")


def test_another_code_is_shown_without_sending(visitor: Client, services: Stubs, form: Sent) -> None:
    page = parsed(visitor.submit(form.address, FORM, **form.typed, action="autre-code"))

    assert page.select_one(form.kept) is not None
    assert page.select_one("[name=captcha_answer]") is not None
    assert services.bodies(form.method) == []
