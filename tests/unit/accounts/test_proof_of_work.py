import hashlib
from pathlib import Path

import pytest

import gateway
from services.accounts.security_code.proof_of_work import ITERATIONS, ZERO_BITS, proves
from tests.support.proof import proof_for

CODE, OTHER = "0192f7a4-0000-7000-8000-000000000001", "0192f7a4-0000-7000-8000-000000000002"
PUZZLE = {"iterations": ITERATIONS, "zero_bits": ZERO_BITS}


def test_the_script_that_finds_a_proof_is_small() -> None:
    assert (Path(gateway.__file__).parent / "pages" / "static" / "proof.js").stat().st_size < 20_000


def test_a_proof_of_work_proves_one_code_alone() -> None:
    found = proof_for(CODE, PUZZLE)
    digest = hashlib.pbkdf2_hmac("sha256", found.encode(), CODE.encode(), ITERATIONS)
    assert digest[0] == 0
    assert ZERO_BITS == 8
    assert proves(found, CODE)
    assert not proves(proof_for(CODE, PUZZLE), OTHER)


@pytest.mark.parametrize("number", ["", "abc", "-1", "1.0", " 1", "٣", "1\n", "12345678901", "\x00"])
def test_a_text_other_than_a_number_is_refused_without_hashing(number: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashlib, "pbkdf2_hmac", lambda *_: bytes(32))
    assert not proves(number, CODE)


def test_a_number_taken_without_work_is_no_proof() -> None:
    taken = [str(number) for number in range(300)]
    assert sum(proves(number, CODE) for number in taken) < 10
