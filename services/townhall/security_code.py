"""The security code where a share is used up: the service that counts asks for it, the gateway has accounts check it. Pure."""

from collections.abc import Mapping

from services.chassis.errors import Invalid, declared

FIELD = "captcha.answer"


@declared
class SecurityCodeRequired(Invalid):
    """The same command is accepted once accounts has taken a security code for it."""

    message = "Plusieurs personnes viennent de faire la même chose depuis votre connexion à Internet : recopiez le code de sécurité pour continuer."

    def __init__(
        self,
        message: str | None = None,
        *,
        fields: Mapping[str, str] | None = None,
        details: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(message, fields=fields or {FIELD: self.message}, details=details)
