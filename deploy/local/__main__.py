"""`python -m deploy.local COMMAND`: what ./parvis hands over to."""

import signal
import sys

before = signal.signal(signal.SIGINT, signal.SIG_DFL)  # while our code is only loaded, Ctrl-C ends us without a word

from deploy.local.cli import main  # noqa: E402 (only now)

signal.signal(signal.SIGINT, before)
sys.exit(main())
