"""One check of a security code for whatever form asks it, and what the browser's proof of work is worth."""

from typing import Any
from uuid import uuid4

import pytest

from services.accounts.security_code import use_cases as security_codes
from services.accounts.security_code.rules import CaptchaNotTyped, WithoutProof, WrongCaptcha
from services.accounts.security_code.use_cases import spend_captcha
from services.accounts.throttling.rules import WITHOUT_PROOF
from tests.integration.accounts.service import Accounts
from tests.support.proof import proof_for

HERE, ELSEWHERE = "192.0.2.10", "192.0.2.77"


def spend(accounts: Accounts, captcha: dict[str, Any], *, seen: str = HERE, command_id: str | None = None) -> Any:
    return accounts.ask(spend_captcha, accounts.call(captcha=captcha, address_seen=seen, command_id=command_id))


def proven(accounts: Accounts) -> dict[str, str]:
    shown = accounts.ask(security_codes.captcha)
    solved = accounts.solution_of(shown["id"])
    return {**solved, "proof": proof_for(shown["id"], shown["puzzle"])}


def use_up_the_share(accounts: Accounts, seen: str = HERE) -> None:
    for _ in range(WITHOUT_PROOF.free):
        spend(accounts, accounts.solved_captcha(), seen=seen)


def test_a_right_code_passes_once_or_again_by_the_same_command(accounts: Accounts) -> None:
    solved, command_id = proven(accounts), str(uuid4())
    assert spend(accounts, solved, command_id=command_id) == spend(accounts, solved, command_id=command_id) == {}
    with pytest.raises(WrongCaptcha):
        spend(accounts, solved)


def test_a_wrong_answer_uses_the_code_up_and_an_empty_one_does_not(accounts: Accounts) -> None:
    solved = proven(accounts)
    with pytest.raises(CaptchaNotTyped) as refused:
        spend(accounts, {**solved, "answer": " "})
    assert refused.value.fields == {"captcha.answer": "Recopiez le code de sécurité."}
    spend(accounts, solved)
    solved = proven(accounts)
    with pytest.raises(WrongCaptcha):
        spend(accounts, {**solved, "answer": "AAAAA"})
    with pytest.raises(WrongCaptcha):
        spend(accounts, solved)


def test_without_a_proof_the_code_alone_passes_a_few_times_then_one_waits(accounts: Accounts) -> None:
    use_up_the_share(accounts)
    waiting = accounts.solved_captcha()
    with pytest.raises(WithoutProof) as refused:
        spend(accounts, waiting)
    assert refused.value.details == {"retry_after_seconds": 60}
    said = refused.value.fields["captcha.answer"]
    assert said.endswith("Recommencez dans une minute, ou activez JavaScript pour ce site.")
    accounts.clock.move(seconds=60)
    spend(accounts, waiting)  # the code was not used up by the refusal


def test_the_wait_without_a_proof_grows_to_an_hour(accounts: Accounts) -> None:
    use_up_the_share(accounts)
    waits: list[int] = []
    for _ in range(8):
        with pytest.raises(WithoutProof) as refused:
            spend(accounts, accounts.solved_captcha())
        waits.append(refused.value.details["retry_after_seconds"])
        accounts.clock.move(seconds=waits[-1])
        spend(accounts, accounts.solved_captcha())
    assert waits == [60, 120, 240, 480, 960, 1920, 3600, 3600]


@pytest.mark.parametrize("proof", ["0", "not a number", "99999999999"])
def test_a_wrong_proof_is_worth_no_more_than_none(accounts: Accounts, proof: str) -> None:
    use_up_the_share(accounts)
    captcha = accounts.solved_captcha()
    assert proof_for(captcha["id"], accounts.ask(security_codes.captcha)["puzzle"]) != "0"
    with pytest.raises(WithoutProof):
        spend(accounts, {**captcha, "proof": proof})


def test_a_proof_and_another_address_do_not_touch_the_share_and_serve_once(accounts: Accounts) -> None:
    use_up_the_share(accounts)
    solved = proven(accounts)
    spend(accounts, solved)
    with pytest.raises(WrongCaptcha):
        spend(accounts, solved)
    for _ in range(3):
        spend(accounts, proven(accounts))
    spend(accounts, accounts.solved_captcha(), seen=ELSEWHERE)
    other = proven(accounts)
    with pytest.raises(WithoutProof):
        spend(accounts, {**accounts.solved_captcha(), "proof": other["proof"]})


def test_a_proof_expires_with_its_code_and_opens_no_id_of_ones_own(accounts: Accounts) -> None:
    solved = proven(accounts)
    accounts.clock.move(minutes=10)
    with pytest.raises(WrongCaptcha):
        spend(accounts, solved)
    made_up = str(uuid4())
    own = {**accounts.solution_of(made_up), "proof": proof_for(made_up, accounts.ask(security_codes.captcha)["puzzle"])}
    with pytest.raises(WrongCaptcha):
        spend(accounts, own)


def test_a_space_made_without_a_proof_counts_on_the_same_share(accounts: Accounts) -> None:
    use_up_the_share(accounts)
    with pytest.raises(WithoutProof):
        accounts.create()
    accounts.create(captcha=proven(accounts))
