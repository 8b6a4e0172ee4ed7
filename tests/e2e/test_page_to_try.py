"""The page of the API on which a programmer tries its calls."""

import re

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.e2e


def test_the_page_to_try_sends_calls_that_succeed(page: Page) -> None:
    page.goto("/api/docs")
    for call, filled, status in (
        ("GET /api/v1/procedures/{slug}", {"slug (obligatoire)": "acte-naissance"}, "200 OK"),
        ("POST /api/v1/drafts", {"Corps de la requête (JSON)": '{"procedure": "signalement-voirie"}'}, "201 CREATED"),
    ):
        tried = page.locator("[data-operation]").filter(has=page.get_by_text(call, exact=True))
        tried.locator("summary").click()
        for label, value in filled.items():
            tried.get_by_label(label).fill(value)
        tried.get_by_role("button", name="Envoyer la requête").click()
        expect(tried.get_by_role("status")).to_contain_text(status, ignore_case=True)
        expect(tried.get_by_role("status")).to_contain_text(re.compile('"(slug|procedure)": "(acte-naissance|signal)'))
