"""`python -m deploy.local COMMAND`: what ./parvis hands over to."""

import sys

from deploy.local.cli import main

sys.exit(main())
