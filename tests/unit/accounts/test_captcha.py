from services.accounts.keys.derived_keys import Key
from services.accounts.security_code.rules import ALPHABET, code_of, is_answer

KEY, OTHER = Key(b"one key"), Key(b"another key")


def test_a_code_is_five_characters_of_its_id_and_the_key() -> None:
    code = code_of("7c0f", KEY)
    assert len(code) == 5
    assert set(code) <= set(ALPHABET)
    assert code_of("7c0f", KEY) == code
    assert code_of("7c0f", KEY) != code_of("7c0f", OTHER)
    assert code_of("7c0f", KEY) != code_of("7c10", KEY)


def test_case_and_spaces_do_not_count_in_the_answer() -> None:
    code = code_of("7c0f", KEY)
    assert is_answer(f" {code[:2].lower()} {code[2:].lower()} ", "7c0f", KEY)
    assert not is_answer(code[:-1], "7c0f", KEY)
    assert not is_answer("", "7c0f", KEY)
