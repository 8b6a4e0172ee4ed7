"""`parvis vault rotate`: what is saved of other spaces, wrapped anew under the first of PARTNER_KEYS."""

import argparse

from deploy.command.console import Console
from deploy.operator.calls import send
from services.accounts.schemas.partner_credentials import RotatePartnerKeys

PAGE_SECONDS = 30.0


def rotate(_options: argparse.Namespace) -> int:
    """Page by page, while the portal serves. 1 where some rows are under a key that the service does not have."""
    console = Console()
    done = send(RotatePartnerKeys(), seconds=PAGE_SECONDS)
    rewrapped, lost = done.rewrapped, done.lost
    while done.after:
        done = send(RotatePartnerKeys(after=done.after), seconds=PAGE_SECONDS)
        rewrapped, lost = rewrapped + done.rewrapped, lost + done.lost
    console.say(f"Sous la première clé de PARTNER_KEYS désormais : {rewrapped}.")
    if lost:
        console.say(
            f"Sous une clé absente de PARTNER_KEYS : {lost}. Remettez-la en dernier et recommencez ; sans elle, leurs titulaires "
            "les saisiront de nouveau."
        )
        return 1
    console.say("Les clés suivantes peuvent être retirées.")
    return 0
