"""Programs that only sleep, for the tests of processes and of their supervisor."""

import os
import sys

from deploy.command.layout import Layout
from deploy.local.processes import Program

ENVIRONMENT = {"PATH": os.environ["PATH"]}


def python(script: str) -> list[str]:
    return [sys.executable, "-S", "-c", script]


SLEEP = python("import time; print('up', flush=True); time.sleep(60)")
DEAF = python("import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(60)")


def program(layout: Layout, argv: list[str], name: str = "sleeper", **more: float) -> Program:
    log = layout.log(name)
    return Program(
        name=name,
        argv=argv,
        env=ENVIRONMENT,
        log=log,
        ready=lambda: log.exists() and "up" in log.read_text(),
        **more,  # type: ignore[arg-type]
    )
