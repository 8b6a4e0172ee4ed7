"""Refusals of requests that the gateway and other services tell apart."""

from typing import ClassVar

from services.chassis.errors import Conflict, Forbidden, Invalid, NotFound, NotKnownYet, Unavailable, declared


@declared
class RequestNotFound(NotFound):
    message = "Nous ne trouvons pas cette demande."


@declared
class RequestErased(NotFound):
    """For everyone who has the number: it discloses nothing of a person."""

    message = (
        "Les informations de cette demande ont été effacées : la durée pendant laquelle la mairie devait les conserver "
        "est écoulée."
    )


@declared
class MemberNotDescribed(Invalid):
    message = "Indiquez pour qui la demande est faite."


@declared
class NotReceivedYet(NotKnownYet):
    """Its service has it and this one has not received it yet: to be asked again in a moment."""

    code = "not_heard_yet"
    message = "Cette information n’est pas encore disponible. Réessayez dans un instant."


@declared
class SaveNotReceivedYet(NotKnownYet):
    """What was typed a moment ago is not committed yet: to be asked again in a moment."""

    code = "save_not_heard_yet"
    message = "Votre dernière saisie arrive. Réessayez dans un instant."


@declared
class TooManyFilings(Unavailable):
    """More is filed than this portal can deal with in time (`filing/backlog.py`)."""

    message = (
        "Le portail reçoit en ce moment trop de demandes à la fois. Celle-ci n’est pas encore envoyée : "
        "renvoyez-la dans une minute."
    )
    always: ClassVar = {"retry_after_seconds": 60}


@declared
class WrittenElsewhere(Conflict):
    """The page would overwrite what another tab, or another device, has written since it was made."""

    message = (
        "Cette démarche a été modifiée dans un autre onglet ou sur un autre appareil, depuis que cette page est ouverte. "
        "Relisez, puis recommencez si c’est bien ce que vous voulez."
    )


@declared
class AccountRequired(Forbidden):
    message = "Cette démarche demande un espace personnel : connectez-vous, ou créez le vôtre."


@declared
class LoginRequired(Forbidden):
    message = "Cette demande est rattachée à un espace personnel : connectez-vous pour la suivre."


@declared
class TrackingLinkInvalid(NotFound):
    """One sentence for a forged, a revoked and an expired link: it discloses nothing of the request."""

    message = "Ce lien de suivi n’est pas valable ou ne l’est plus. Vous pouvez en recevoir un nouveau par courriel."


@declared
class ProcedureWithdrawn(Conflict):
    message = "Cette démarche n’est plus proposée en ligne. L’accueil de la mairie vous renseignera."


@declared
class DraftNotFound(NotFound):
    message = "Nous ne trouvons pas cette saisie. Elle a peut-être été validée, ou abandonnée depuis trop longtemps."


@declared
class DraftFiled(Conflict):
    """For the person who filed it; `details`: the number of its request."""

    message = "Cette saisie a déjà été envoyée : la mairie a reçu votre demande."


@declared
class SlotNotOffered(Conflict):
    message = "Ce créneau n’est pas proposé. Choisissez-en un dans le calendrier."


@declared
class SlotGone(Conflict):
    code = "slot_taken"
    message = "Ce créneau vient d’être pris. Choisissez-en un autre : votre saisie est gardée."


@declared
class ReminderOutdated(Conflict):
    message = "Ce rappel n’a plus lieu d’être."


@declared
class DraftLinkOver(NotFound):
    """For messaging: no mail with this link is due any more."""

    message = "Ce lien n’est plus à envoyer."


@declared
class DraftAlreadyHere(Conflict):
    message = "Une autre saisie de cette démarche est en cours ici. Choisissez celle que vous gardez."


@declared
class IdentityNotChecked(Invalid):
    message = (
        "Vérifiez l’identité de la personne et cochez la case : cette démarche demande, en ligne, un espace personnel."
    )


@declared
class CodeMistyped(Invalid):
    """Of a receipt: the characters do not agree with their check."""

    message = "Un caractère de ce code est mal recopié : comparez-le, groupe par groupe, avec celui du récépissé."
