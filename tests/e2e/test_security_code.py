"""The security code in a browser: its proof of work is found while the person types."""

import pytest
from playwright.sync_api import Page, expect

from services.accounts.security_code.proof_of_work import proves

pytestmark = pytest.mark.e2e

# The first hash of the proof is not made before the test says so.
HELD_BACK = """
    const real = crypto.subtle.deriveBits;
    const said = new Promise((go) => addEventListener("go", go, { once: true }));
    crypto.subtle.deriveBits = async function (...given) {
      await said;
      crypto.subtle.deriveBits = real;
      return real.apply(this, given);
    };
"""


def test_the_browser_finds_the_proof_and_the_page_does_not_freeze(page: Page) -> None:
    page.goto("/creer-mon-espace")
    proof, code = page.locator("[name=captcha_proof]"), page.locator("[name=captcha_id]").input_value()
    longest_pause, whole = page.evaluate(
        """async () => {
            const proof = document.querySelector("[name=captcha_proof]");
            const begun = performance.now();
            let longest = 0, before = begun;
            while (!proof.value) {
                await new Promise((next) => setTimeout(next, 0));
                longest = Math.max(longest, performance.now() - before);
                before = performance.now();
            }
            return [longest, before - begun];
        }"""
    )
    # A busy machine pauses as well; a page that computes the proof itself has no other pause than the whole of it.
    assert longest_pause < max(500, whole / 2)
    assert proves(proof.input_value(), code)


def test_a_form_sent_before_the_proof_is_there_waits_for_it(page: Page) -> None:
    page.add_init_script(HELD_BACK)
    page.goto("/creer-mon-espace")
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.post_data or "") if one.method == "POST" else None)
    page.get_by_role("button", name="Créer mon espace").click()
    assert sent == []
    page.evaluate("dispatchEvent(new Event('go'))")
    expect(page.get_by_role("alert")).to_be_visible()
    assert "captcha_proof=" in sent[0]
    assert "captcha_proof=&" not in sent[0]


@pytest.mark.parametrize("field", ["captcha_answer", "username"])
def test_enter_sends_the_form_and_asks_no_other_code(page: Page, field: str) -> None:
    page.goto("/creer-mon-espace")
    page.locator(f"[name={field}]").fill("AAAAA")
    page.locator(f"[name={field}]").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("réponses à corriger")
