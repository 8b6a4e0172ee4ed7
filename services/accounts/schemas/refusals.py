"""Refusals of accounts that the gateway and other services tell apart by their class."""

from services.chassis.errors import Conflict, Forbidden, Invalid, Unavailable, declared


@declared
class ProfileWrittenElsewhere(Conflict):
    message = "Vos coordonnées ont été modifiées ailleurs depuis que vous avez ouvert cette page. Relisez-les."


@declared
class UsernameTaken(Conflict):
    message = "Ce nom d’utilisateur est déjà pris."


@declared
class ChallengeGone(Forbidden):
    message = "Le délai pour saisir le code est passé. Recommencez la connexion."


@declared
class WrongCode(Forbidden):
    message = (
        "Ce code n’est pas valable, ou il a déjà servi. Saisissez celui que votre application affiche ; s’il vient de "
        "servir, attendez le suivant."
    )


@declared
class MemberTwice(Conflict):
    """Asked before it is done: two people may have one name and one birthday."""

    message = "Une personne du même nom, née le même jour, figure déjà dans votre famille."


@declared
class LastAdministrator(Conflict):
    message = "Ce compte est le dernier compte d’administration actif. Créez-en d’abord un autre."


@declared
class PartnerFormRefused(Invalid):
    code = "partner_form"


@declared
class PartnerRefused(Invalid):
    code = "partner_refused"


@declared
class PartnerSilent(Unavailable):
    """No answer in time, or an answer that its server failed. {} here and below: the partner's name."""

    message = "Le site « {} » ne répond pas pour le moment : vos identifiants n’ont pas pu être vérifiés. Rien n’a été enregistré. Réessayez plus tard."


@declared
class PartnerElsewhere(Conflict):
    message = "Le site « {} » a renvoyé vers un autre site, que la mairie ne connaît pas. Par prudence, rien n’a été enregistré. Prévenez la mairie."


@declared
class PartnerUnclear(Conflict):
    message = "Le site « {} » a répondu autrement que prévu : on ne sait pas si vos identifiants sont les bons. Rien n’a été enregistré. Prévenez la mairie si cela se reproduit."


@declared
class CheckInterrupted(Unavailable):
    """The same command had the partner asked already, and did not end or has not ended yet: it does not ask again."""

    code = "partner_check_interrupted"
    message = "La vérification auprès du site n’a pas abouti. Rien n’a été enregistré : saisissez de nouveau vos identifiants."


@declared
class PartnerMoved(Conflict):
    message = "L’adresse de ce site a changé depuis que vous avez enregistré vos identifiants : par prudence, ils ne sont pas transmis. Enregistrez-les de nouveau."


@declared
class VaultClosed(Unavailable):
    """This installation has no key to save under, or not the one under which a row was saved."""

    message = "Les identifiants des autres espaces ne peuvent être ni enregistrés ni utilisés pour le moment."


NotConnected = (
    PartnerFormRefused
    | PartnerRefused
    | PartnerSilent
    | PartnerElsewhere
    | PartnerUnclear
    | CheckInterrupted
    | PartnerMoved
    | VaultClosed
)
"""Of credentials at a partner's site, which stay as they were: shown beside their form."""
