"""Why something failed, as a line of a log: codes, files, lines and functions, never a value. Pure."""

from services.chassis.contracts import Misfit
from services.chassis.errors import Refusal, Unavailable

_FRAMES = 6


def place_of(defect: BaseException) -> str:
    """The innermost frames first: `store.py:41:find < use_cases.py:12:submit`."""
    trace = defect.__traceback__
    frames: list[str] = []
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno}:{code.co_name}")
        trace = trace.tb_next
    return " < ".join(reversed(frames[-_FRAMES:]))


def reason_of(error: BaseException) -> str:
    """Why an effect failed: a refusal's code, the fields that do not fit their declaration, or the kind of a defect and its
    place. Never its message."""
    if isinstance(error, Unavailable) and error.__cause__ is not None:
        error = error.__cause__  # says what was not to be had
    if isinstance(error, Refusal):
        return f"{error.kind}: {error.code}"
    if isinstance(error, Misfit):
        return f"Misfit of {error}"
    return f"{type(error).__name__} at {place_of(error)}"
