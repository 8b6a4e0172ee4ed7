"""Where a defect happened, as a line of a log: files, lines and functions, never a value. Pure."""

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
