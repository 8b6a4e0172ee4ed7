"""`parvis mail test`: whether the portal's mails leave, asked of messaging itself, with its own server and account."""

import argparse

from deploy.command.trouble import Trouble
from deploy.operator.calls import send
from services.messaging.schemas.mails import TryMail

SECONDS = 30.0
"""Each wait of a mail server is bounded by ten seconds, and a mail takes several."""

WHY = {
    "server_unreachable": "il ne répond pas, ou pas comme un serveur de courriels : vérifiez son adresse dans SMTP_URL, et le "
    "réseau",
    "server_not_trusted": "SMTP_URL demande une liaison sûre (smtps://, ou un compte), et la sienne ne l’est pas : son "
    "certificat n’est d’aucune autorité connue ou porte un autre nom, ou il n’offre pas STARTTLS",
    "account_refused": "il refuse le compte ou le mot de passe de SMTP_URL",
    "server_deferred": "il refuse ce message pour l’instant : son journal dit pourquoi (souvent l’expéditeur, MAIL_FROM, ou "
    "notre adresse, qu’il ne sert pas)",
    "address_refused": "il refuse cette adresse",
}


def test(options: argparse.Namespace) -> str:
    """Sends one mail at once; prints which server took it, or why not (exit code 1)."""
    tried = send(TryMail(recipient=options.recipient), seconds=SECONDS)
    if reason := tried.reason:
        raise Trouble(f"{tried.server} n’a pas pris le courriel : {WHY.get(reason, reason)}.")
    return f"{tried.server} a pris un courriel pour {options.recipient} : voyez s’il arrive."
