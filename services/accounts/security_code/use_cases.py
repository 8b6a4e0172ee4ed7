"""The security code: drawn, spoken, used up."""

from uuid import UUID

from services.accounts.credentials.threads import in_a_thread
from services.accounts.keys.derived_keys import DerivedKeys
from services.accounts.keys.tokens import activation_token
from services.accounts.schemas import sign_up as calls
from services.accounts.security_code import proof_of_work, rows as captcha_rows, rules
from services.accounts.security_code.captcha_image import image_of
from services.accounts.security_code.views import SOLVED, as_text
from services.accounts.throttling.rules import SOLVING, WITHOUT_PROOF, TryLater
from services.accounts.throttling.use_cases import count_call
from services.chassis.calls import Call
from services.chassis.event_store.store import Store
from services.chassis.event_store.transaction import Transaction


def captcha(store: Store, call: Call, asked: calls.DrawCode) -> calls.SecurityCode:
    """A new code, with a proof of work for the browser (`proof_of_work.py`)."""
    captcha_id = store.ids.new()
    with store.transaction() as tx:
        given: dict[str, object] = {"captcha_id": captcha_id, "expires_at": tx.now + rules.LIFETIME}
        tx.conn.execute(captcha_rows.ADD_CAPTCHA, given)
    code = rules.code_of(str(captcha_id), DerivedKeys(store.settings).captcha)
    puzzle = calls.Puzzle(iterations=proof_of_work.ITERATIONS, zero_bits=proof_of_work.ZERO_BITS)
    return calls.SecurityCode(id=str(captcha_id), image=as_text(in_a_thread(image_of, code)), puzzle=puzzle)


def solve_captcha(store: Store, call: Call, asked: calls.SolveCaptcha) -> calls.SolvedCode:
    if done := store.done(call, calls.SolvedCode):
        return done
    count_call(store, call, "solving", SOLVING)
    spend(store, call, asked.captcha)

    def solve(tx: Transaction) -> calls.SolvedCode:
        captcha_id, until = UUID(asked.captcha.id), tx.now + rules.SOLVED_FOR
        captcha_rows.solve(tx.conn, captcha_id, until)
        token = activation_token(captcha_id, SOLVED, DerivedKeys(store.settings).captcha)
        return calls.SolvedCode(token=token, expires_at=until.isoformat())

    return store.run_declared(call, calls.SolvedCode, solve)


def spend_captcha(store: Store, call: Call, asked: calls.SpendCaptcha) -> None:
    spend(store, call, asked.captcha)


def spend(store: Store, call: Call, given: calls.CodeAnswer) -> None:
    """Takes the answer once, right or wrong, and commits that; the same command may ask again.

    Without the browser's proof of work, an answer also counts on a small share of its address, before it is checked.
    Raises CaptchaNotTyped, WithoutProof (the code is not spent then), WrongCaptcha.
    """
    if not given.answer.strip():
        raise rules.CaptchaNotTyped
    try:
        captcha_id = UUID(given.id)
    except ValueError:
        raise rules.WrongCaptcha from None
    keys = DerivedKeys(store.settings)
    if not proof_of_work.proves(given.proof, str(captcha_id)):
        try:
            count_call(store, call, "without proof", WITHOUT_PROOF)
        except TryLater as refusal:
            raise rules.WithoutProof(details=refusal.details) from None
    with store.transaction() as tx:
        used_by = call.command_id or str(tx.new_id())
        open_until_now = captcha_rows.spend_captcha(tx.conn, captcha_id, used_by, tx.now)
    if not (open_until_now and rules.is_answer(given.answer, str(captcha_id), keys.captcha)):
        raise rules.WrongCaptcha


def forget_captchas(store: Store) -> None:
    """Codes that are too old to be answered."""
    with store.transaction() as tx:
        tx.conn.execute(captcha_rows.FORGET_CAPTCHAS, {"now": tx.now})
