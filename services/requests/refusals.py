"""Refusals of requests, each with its code and the sentence that the person reads; those whose class a caller catches are
declared in `schemas/refusals.py`."""

from services.chassis.errors import Conflict, Forbidden, Invalid, NotFound


class StaleVersion(Conflict):
    """The request moved since the caller saw it; `details` says how far."""

    code = "stale"
    message = "Le dossier a changé depuis que vous l’avez ouvert. Relisez-le avant de recommencer."


class NothingOnPaper(Conflict):
    message = "La personne a donné un courriel : ce que la mairie lui écrit y est envoyé, rien n’est à imprimer."


class StillOpen(Conflict):
    code = "request_still_open"
    message = "Cette demande n’est pas close : rien n’en est effacé."


class NothingToEliminate(Conflict):
    message = "Aucune demande n’est à porter sur cette liste : aucune durée de conservation n’est écoulée."


class NothingToDestroy(Conflict):
    message = (
        "Aucune demande de cette liste n’est « à détruire ». Celles qui sont à trier ou à verser ne sont effacées que si "
        "vous donnez leurs numéros."
    )


class EliminationUnknown(NotFound):
    message = "Nous ne trouvons pas cette liste d’élimination."


class AlreadyApproved(Conflict):
    code = "elimination_already_approved"
    message = "Cette liste est déjà approuvée : ce qui n’y a pas été retenu figurera sur une autre."


class VisaRequired(Invalid):
    message = "Indiquez la référence du visa des archives départementales : rien n’est détruit sans lui."


class NotOnTheList(Invalid):
    code = "not_on_the_elimination_list"
    message = "Cette liste ne porte pas ces demandes."


class NotAllowed(Forbidden):
    message = "Vous n’avez pas le droit de faire cela."


class FormChanged(Conflict):
    message = (
        "La démarche a été mise à jour pendant votre saisie. Vos réponses sont gardées : relisez-les avant de valider."
    )


class FormIncomplete(Invalid):
    message = "Des réponses manquent ou sont à corriger."


class NotAsked(Invalid):
    message = "Cet envoi contient des réponses qui ne sont pas demandées ici. Rien n’a été enregistré."


class StepUnknown(NotFound):
    message = "Cette démarche n’a pas d’étape de ce nom."


class AlreadyAttached(Conflict):
    message = "Cette demande appartient déjà à un espace personnel."


class Closed(Conflict):
    code = "request_closed"
    message = "Cette demande est close : elle ne peut plus changer."


class CannotCancel(Conflict):
    message = "Cette demande ne peut plus être annulée. Le service chargé du dossier vous renseignera."


class TransitionRefused(Conflict):
    message = "La démarche ne permet pas de passer à ce statut depuis le statut présent."


class AlreadyThere(Conflict):
    message = "La demande est déjà à ce statut : rien n’a été envoyé. Pour écrire à la personne, ajoutez un échange."


class ReasonRequired(Invalid):
    message = "Indiquez le motif : la personne doit savoir pourquoi."


class AdministrationRequired(Invalid):
    message = "Indiquez l’administration compétente : la personne doit savoir à qui sa demande est transmise."


class DeadlineRequired(Invalid):
    message = "Indiquez une date limite à venir pour l’envoi des pièces."


class DayIsPast(Invalid):
    message = "Ce jour est passé : choisissez aujourd’hui ou un jour à venir."


class PieceUnknown(Invalid):
    message = "Une de ces pièces n’est pas demandée par la démarche : choisissez parmi celles qui le sont."


class MissingDocumentsRequired(Invalid):
    message = "Choisissez les pièces qui manquent, ou écrivez à la personne ce qui est attendu."


class DecisionWaits(Conflict):
    message = "Une décision sur cette demande vient d’être envoyée et part dans quelques secondes : attendez, ou annulez-la si elle est de vous."


class DecisionGone(Conflict):
    message = "Trop tard : cette décision est déjà partie. Rien n’a été annulé."


class DecisionTakenBack(Conflict):
    message = "Cette décision a déjà été annulée : rien n’est parti."


class ReplyNotOffered(Conflict):
    message = "Cette réponse type ne convient pas au statut présent de la demande."


class NotForMany(Conflict):
    message = (
        "Cette réponse ne part pas pour plusieurs demandes à la fois : elle a des blancs à remplir, ou elle doit à chaque "
        "personne un motif qui lui soit propre. Décidez dans le dossier."
    )


class TooManyViews(Conflict):
    message = "Vous avez déjà douze vues : supprimez-en une avant d’en enregistrer une autre."


class ViewNameTaken(Conflict):
    message = "Une de vos vues porte déjà ce nom : choisissez-en un autre, ou mettez-la à jour."


class ViewNameTooLong(Invalid):
    message = "Le nom d’une vue a quarante caractères au plus."


class ViewUnknown(NotFound):
    message = "Cette vue n’existe plus."


class UnfilledPlaceholder(Invalid):
    message = "Il reste des blancs à remplir dans le message."


class NoAppointment(Conflict):
    message = "Cette démarche ne prévoit pas de rendez-vous."


class AppointmentRequired(Invalid):
    message = "Choisissez un rendez-vous : la démarche en demande un."


class AppointmentUnknown(NotFound):
    message = "Nous ne trouvons pas ce rendez-vous, ou il est déjà annulé."


class AppointmentExists(Conflict):
    message = "Un rendez-vous à venir est déjà pris pour cette demande : c’est lui qui peut être modifié."


class AppointmentMandatory(Conflict):
    message = "Ce rendez-vous est nécessaire à la démarche : vous pouvez le modifier, ou annuler la demande."


class TooLateToChange(Conflict):
    message = "Il est trop tard pour modifier ce rendez-vous en ligne."


class DayAfterAppointment(Invalid):
    message = "Votre rendez-vous a lieu avant ce jour : choisissez un jour plus proche, ou n’en indiquez aucun."


class NoEmailToAlert(Conflict):
    message = "Votre demande n’a pas d’adresse de courriel : la mairie ne peut pas vous prévenir d’un créneau plus tôt."


class SlotAlreadyYours(Conflict):
    message = "Ce créneau est déjà celui du rendez-vous : rien n’a changé. Choisissez-en un autre pour le déplacer."


class QuotaFull(Conflict):
    code = "quota_reached"
    message = "Le nombre de demandes de cette période est atteint."


class TooManyForOne(Conflict):
    message = (
        "Vous avez déjà trois demandes en cours de ce type sur cette période : c’est le plus qu’une personne peut avoir. "
        "Attendez la période suivante, ou appelez le service."
    )


class TooManyFromAddress(Conflict):
    message = (
        "Beaucoup de demandes de ce type ont déjà été déposées sur cette période depuis votre connexion à Internet. "
        "Déposez la vôtre depuis une autre connexion, ou adressez-vous au service."
    )


class TooManyThatDay(Conflict):
    message = (
        "Beaucoup de créneaux de ce jour-là sont déjà pris, ou retenus pour un quart d’heure, par vous ou depuis votre "
        "connexion à Internet. Choisissez un autre jour, réessayez plus tard, ou adressez-vous au service."
    )


class TooManyHolds(Conflict):
    message = (
        "Vous avez retenu ou changé trop souvent un créneau de ce jour-là pour cette demande. Choisissez un autre jour, ou "
        "adressez-vous au service."
    )


class NoAttestation(Conflict):
    message = "Une attestation se demande tant que la demande est acceptée par le seul silence de la mairie."


class NoteEmpty(Invalid):
    message = "Écrivez la note avant de l’ajouter."


class ManifestOfAnother(Invalid):
    message = "Ces pièces appartiennent à une autre saisie. Joignez-les de nouveau."


class WeekUnknown(Invalid):
    message = "Indiquez une semaine (2026-W49) ou un jour (2026-12-01)."


class ColleagueUnknown(Invalid):
    message = "Cet agent ne peut pas suivre cette demande : choisissez un agent du service qui en a la charge."


class MentionUnknown(Invalid):
    message = "L’un de ces agents ne peut pas ouvrir ce dossier : choisissez dans la liste."


class DayUnknown(Invalid):
    message = "Indiquez un jour du calendrier, par exemple 2026-12-01."


class CursorUnknown(Invalid):
    message = "Cette page de la liste n’existe plus : revenez à son début."


class LooksOfWhom(Invalid):
    message = "Indiquez un agent, un jour ou les deux."


class MemberUnknown(Invalid):
    message = "Choisissez un membre de votre famille dans la liste."
