"""Refusals of accounts that the gateway tells apart."""

from services.chassis.errors import Conflict, declared


@declared
class ProfileWrittenElsewhere(Conflict):
    code = "profile_written_elsewhere"
    message = "Vos coordonnées ont été modifiées ailleurs depuis que vous avez ouvert cette page. Relisez-les."
