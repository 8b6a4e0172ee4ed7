"""The security code where a share is used up: the service that counts asks for it, the gateway has accounts check it. Pure."""

from services.chassis.errors import Invalid

FIELD = "captcha.answer"


class SecurityCodeRequired(Invalid):
    """The same command is accepted once accounts has taken a security code for it."""

    code = "security_code_required"
    message = "Plusieurs personnes viennent de faire la même chose depuis votre connexion à Internet : recopiez le code de sécurité pour continuer."

    def __init__(self) -> None:
        super().__init__(fields={FIELD: self.message})
