"""What a call of accounts refuses at the border, and how its answer is told apart, with the field's name."""

import pytest

from services.accounts.schemas.log_in import CodeAsked, LogIn, SessionOpened
from services.accounts.schemas.sign_up import CodeAnswer, CreateAccount
from services.chassis.contracts import Misfit, from_json, schema_of


def test_a_log_in_answers_a_session_or_the_code_that_is_asked() -> None:
    opened = {"session": "s", "expires_at": "2026-11-25T10:00:00+00:00", "kind": "citizen", "later": 1}
    asked = {"challenge": "c", "expires_at": "2026-11-25T10:00:00+00:00"}

    assert isinstance(from_json(LogIn.answer(), opened), SessionOpened)
    assert isinstance(from_json(LogIn.answer(), asked), CodeAsked)
    with pytest.raises(Misfit):
        from_json(LogIn.answer(), {"expires_at": "2026-11-25T10:00:00+00:00"})


def test_a_form_without_a_part_is_read_as_the_empty_part() -> None:
    loaded = schema_of(CreateAccount).load({"solved": "s"})

    assert loaded["captcha"] == {"id": "", "answer": "", "proof": ""}
    assert from_json(CreateAccount, loaded).captcha == CodeAnswer()
