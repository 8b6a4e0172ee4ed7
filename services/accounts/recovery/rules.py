"""A forgotten password or user name: what is refused, and how much may be mailed. Pure."""

from datetime import timedelta

from services.chassis.errors import Conflict, Forbidden, NotFound

PASSWORD, USERNAME = "password", "username"
"""What was forgotten."""

LINKS_KEPT = timedelta(days=2)  # after their time: a late or used link is refused as such
TOO_LATE_AFTER = timedelta(hours=1)  # for a mail that was asked for while the service stood still


class ResetLinkUnknown(NotFound):
    message = "Ce lien n’est pas valable. Vérifiez qu’il est entier, ou demandez-en un autre."


class ResetLinkExpired(Forbidden):
    message = "Ce lien n’est plus valable. Demandez-en un autre."


class ResetLinkUsed(Conflict):
    message = "Ce lien ne sert plus : il a déjà servi, ou votre mot de passe a été changé depuis."
