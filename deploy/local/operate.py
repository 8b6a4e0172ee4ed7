"""Commands for whoever keeps the portal running: thin doors to the functions of the chassis."""

from __future__ import annotations

from deploy.local.instance import SERVICES
from deploy.local.trouble import Trouble


def _services(named: str | None) -> tuple[str, ...]:
    """The one that was named, or all."""
    if named is None:
        return SERVICES
    if named not in SERVICES:
        raise Trouble(f"Aucun service ne s’appelle {named} ; les services : {', '.join(SERVICES)}.")
    return (named,)
