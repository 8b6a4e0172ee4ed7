"""`python -m deploy.local COMMAND`: what ./parvis runs."""

# Not `signal`, which loads ten modules in which Ctrl-C would still be a traceback.
import _signal  # pyright: ignore[reportMissingImports]
import sys

before = _signal.signal(_signal.SIGINT, _signal.SIG_DFL)  # while our code is only loaded, Ctrl-C ends us without a word

from deploy.local.cli import main  # noqa: E402 (only now)

_signal.signal(_signal.SIGINT, before)
sys.exit(main())
