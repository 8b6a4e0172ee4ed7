"""Programs that only sleep, for the tests of processes and of their supervisor."""

import os
import sys

from deploy.command.layout import Layout
from deploy.local.processes import Program

ENVIRONMENT = {"PATH": os.environ["PATH"]}
SLEEP = [sys.executable, "-S", "-c", "import time; print('up', flush=True); time.sleep(60)"]
DEAF = [
    sys.executable, "-S", "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)",
]  # fmt: skip


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
