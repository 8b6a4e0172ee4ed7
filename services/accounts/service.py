"""The accounts process: its calls and its timers. Each call is one use case; those about agents: `staff_calls.py`."""

from functools import partial
from typing import ClassVar

from services.accounts import neighbours, reactions
from services.accounts.closures import use_cases as closures
from services.accounts.closures import views as closures_views
from services.accounts.disclosure import own_data
from services.accounts.disclosure import views as people
from services.accounts.email_changes import use_cases as email_changes
from services.accounts.email_changes import views as email_changes_views
from services.accounts.family import use_cases as family
from services.accounts.inactivity import use_cases as inactive_spaces
from services.accounts.log_in import use_cases as logging_in
from services.accounts.own_space import own_credentials
from services.accounts.own_space import use_cases as own_profile
from services.accounts.own_space import views as own_space_views
from services.accounts.partners import partner_sign_up
from services.accounts.partners import use_cases as partner_credentials
from services.accounts.partners import views as partners_views
from services.accounts.partners.partner_provider import PartnerSitesAsked
from services.accounts.profile_updates import use_cases as profile_updates
from services.accounts.recovery import use_cases as recovery
from services.accounts.recovery import views as recovery_views
from services.accounts.schemas import closures as ending
from services.accounts.schemas import family as family_calls
from services.accounts.schemas import log_in as log_in_calls
from services.accounts.schemas import own_data as held
from services.accounts.schemas import partner_credentials as elsewhere
from services.accounts.schemas import people as person
from services.accounts.schemas import profile as asking
from services.accounts.schemas import recovery as forgotten
from services.accounts.schemas import sessions, sign_up
from services.accounts.security_code import use_cases as security_codes
from services.accounts.security_code import views as security_code_views
from services.accounts.sessions import use_cases as own_sessions
from services.accounts.sessions import views as session_views
from services.accounts.sign_up import activation, pending
from services.accounts.sign_up import use_cases as creation
from services.accounts.staff_calls import StaffCalls
from services.chassis.calls import Call
from services.chassis.contracts import Done
from services.chassis.process.providers import Neighbours, provided
from services.chassis.rpc.entrypoints import declared_rpc, every, woken

__all__ = ["AccountsService", "reactions"]


class AccountsService(StaffCalls):
    name: ClassVar[str] = "accounts"
    neighbours = provided(Neighbours())
    partners = provided(PartnerSitesAsked())

    # --- making a personal space

    @declared_rpc(sign_up.DrawCode)
    def captcha(self, call: Call, asked: sign_up.DrawCode) -> sign_up.SecurityCode:
        return security_codes.captcha(self.store)

    @declared_rpc(sign_up.SpeakCode)
    def captcha_audio(self, call: Call, asked: sign_up.SpeakCode) -> sign_up.SpokenCode:
        return security_code_views.captcha_audio(self.store, asked)

    @declared_rpc(sign_up.SpendCaptcha)
    def spend_captcha(self, call: Call, asked: sign_up.SpendCaptcha) -> Done:
        return security_codes.spend_captcha(self.store, call, asked)

    @declared_rpc(sign_up.SolveCaptcha)
    def solve_captcha(self, call: Call, asked: sign_up.SolveCaptcha) -> sign_up.SolvedCode:
        return security_codes.solve_captcha(self.store, call, asked)

    @declared_rpc(sign_up.CheckUsername)
    def check_username(self, call: Call, asked: sign_up.CheckUsername) -> sign_up.UsernameState:
        return creation.check_username(self.store, call, asked)

    @declared_rpc(sign_up.CreateAccount)
    def create_account(self, call: Call, asked: sign_up.CreateAccount) -> sign_up.PendingSpace:
        return creation.create_account(self.store, call, asked)

    @declared_rpc(sign_up.CorrectPendingEmail)
    def correct_pending_email(self, call: Call, asked: sign_up.CorrectPendingEmail) -> Done:
        return pending.correct_pending_email(self.store, call, asked)

    @declared_rpc(sign_up.ResendPendingLink)
    def resend_pending_link(self, call: Call, asked: sign_up.ResendPendingLink) -> Done:
        return pending.resend_pending_link(self.store, call, asked)

    @declared_rpc(sign_up.OpenActivation)
    def activation(self, call: Call, asked: sign_up.OpenActivation) -> sign_up.ActivationOffer:
        return activation.activation(self.store, call, asked)

    @declared_rpc(sign_up.Activate)
    def activate(self, call: Call, asked: sign_up.Activate) -> sign_up.Activated:
        return activation.activate(self.store, call, asked)

    @declared_rpc(sign_up.SendActivation)
    def send_activation(self, call: Call, asked: sign_up.SendActivation) -> Done:
        return activation.send_activation(self.store, call, asked)

    # --- being someone

    @declared_rpc(log_in_calls.LogIn)
    def log_in(self, call: Call, asked: log_in_calls.LogIn) -> log_in_calls.SessionOpened | log_in_calls.CodeAsked:
        return logging_in.log_in(self.store, call, asked)

    @declared_rpc(log_in_calls.SecondFactor)
    def second_factor(self, call: Call, asked: log_in_calls.SecondFactor) -> log_in_calls.SessionOpened:
        return logging_in.second_factor(self.store, call, asked)

    @declared_rpc(log_in_calls.ReadSession)
    def session(self, call: Call, asked: log_in_calls.ReadSession) -> log_in_calls.CurrentSession:
        return logging_in.session(self.store, asked)

    @declared_rpc(log_in_calls.LogOut)
    def log_out(self, call: Call, asked: log_in_calls.LogOut) -> Done:
        return logging_in.log_out(self.store, call, asked)

    @declared_rpc(sessions.ListSessions)
    def list_sessions(self, call: Call, asked: sessions.ListSessions) -> sessions.Sessions:
        return session_views.list_sessions(self.store, call, asked)

    @declared_rpc(sessions.EndSession)
    def end_session(self, call: Call, asked: sessions.EndSession) -> Done:
        return own_sessions.end_session(self.store, call, asked)

    @declared_rpc(sessions.EndOtherSessions)
    def end_other_sessions(self, call: Call, asked: sessions.EndOtherSessions) -> sessions.Ended:
        return own_sessions.end_other_sessions(self.store, call, asked)

    # --- the end of a space

    @declared_rpc(ending.ForeseeClosure)
    def foresee_closure(self, call: Call, asked: ending.ForeseeClosure) -> ending.Closure:
        return closures.foresee_closure(self.store, call)

    @declared_rpc(ending.RequestClosure)
    def request_closure(self, call: Call, asked: ending.RequestClosure) -> ending.Closure:
        return closures.request_closure(self.store, call, asked)

    @declared_rpc(ending.OpenClosureReturn)
    def open_closure_return(self, call: Call, asked: ending.OpenClosureReturn) -> ending.ClosureReturn:
        return closures_views.open_closure_return(self.store, call, asked)

    @declared_rpc(ending.WithdrawClosure)
    def withdraw_closure(self, call: Call, asked: ending.WithdrawClosure) -> Done:
        return closures.withdraw_closure(self.store, call, asked)

    # --- having forgotten

    @declared_rpc(forgotten.RequestPasswordReset)
    def request_password_reset(self, call: Call, asked: forgotten.RequestPasswordReset) -> Done:
        return recovery.request_password_reset(self.store, call, asked)

    @declared_rpc(forgotten.RequestUsername)
    def request_username(self, call: Call, asked: forgotten.RequestUsername) -> Done:
        return recovery.request_username(self.store, call, asked)

    @declared_rpc(forgotten.PasswordResetLink)
    def password_reset_link(self, call: Call, asked: forgotten.PasswordResetLink) -> forgotten.ResetOffer:
        return recovery_views.password_reset_link(self.store, call, asked)

    @declared_rpc(forgotten.ResetPassword)
    def reset_password(self, call: Call, asked: forgotten.ResetPassword) -> Done:
        return recovery.reset_password(self.store, call, asked)

    # --- one's own space

    @declared_rpc(asking.ReadSpace)
    def read_space(self, call: Call, asked: asking.ReadSpace) -> asking.Space:
        return own_space_views.read_space(self.store, call)

    @declared_rpc(asking.ChangeProfile)
    def change_profile(self, call: Call, asked: asking.ChangeProfile) -> Done:
        return own_profile.change_profile(self.store, call, asked)

    @declared_rpc(asking.ChangeCredentials)
    def change_credentials(self, call: Call, asked: asking.ChangeCredentials) -> asking.CredentialsChange:
        return own_credentials.change_credentials(self.store, call, asked)

    @declared_rpc(asking.OpenEmailConfirmation)
    def open_email_confirmation(self, call: Call, asked: asking.OpenEmailConfirmation) -> asking.EmailLink:
        return email_changes_views.open_confirmation(self.store, call, asked.token)

    @declared_rpc(asking.ConfirmEmail)
    def confirm_email(self, call: Call, asked: asking.ConfirmEmail) -> Done:
        return email_changes.confirm_email(self.store, call, asked)

    @declared_rpc(asking.OpenEmailUndo)
    def open_email_undo(self, call: Call, asked: asking.OpenEmailUndo) -> asking.EmailLink:
        return email_changes_views.open_undo(self.store, call, asked.token)

    @declared_rpc(asking.UndoEmailChange)
    def undo_email_change(self, call: Call, asked: asking.UndoEmailChange) -> Done:
        return email_changes.undo_email_change(self.store, call, asked)

    # --- one's family

    @declared_rpc(family_calls.ListFamily)
    def list_family(self, call: Call, asked: family_calls.ListFamily) -> family_calls.Family:
        return family.list_family(self.store, call)

    @declared_rpc(family_calls.AddFamilyMember)
    def add_family_member(self, call: Call, asked: family_calls.AddFamilyMember) -> family_calls.Member:
        return family.add_family_member(self.store, call, asked)

    @declared_rpc(family_calls.ChangeFamilyMember)
    def change_family_member(self, call: Call, asked: family_calls.ChangeFamilyMember) -> family_calls.Member:
        return family.change_family_member(self.store, call, asked)

    @declared_rpc(family_calls.RemoveFamilyMember)
    def remove_family_member(self, call: Call, asked: family_calls.RemoveFamilyMember) -> Done:
        return family.remove_family_member(self.store, call, asked)

    # --- what one is known by at partners' sites

    @declared_rpc(elsewhere.ListPartnerCredentials)
    def list_partner_credentials(
        self, call: Call, asked: elsewhere.ListPartnerCredentials
    ) -> elsewhere.OwnPartnerSpaces:
        return partners_views.list_partner_credentials(self.store, call, asked)

    @declared_rpc(elsewhere.SavePartnerCredentials)
    def save_partner_credentials(self, call: Call, asked: elsewhere.SavePartnerCredentials) -> Done:
        return partner_credentials.save_partner_credentials(self.store, call, asked, self._partner(), self.partners)

    @declared_rpc(elsewhere.RemovePartnerCredentials)
    def remove_partner_credentials(self, call: Call, asked: elsewhere.RemovePartnerCredentials) -> Done:
        return partner_credentials.remove_partner_credentials(self.store, call, asked)

    @declared_rpc(elsewhere.OpenPartnerConnection)
    def open_partner_connection(self, call: Call, asked: elsewhere.OpenPartnerConnection) -> elsewhere.PartnerPass:
        return partner_credentials.open_partner_connection(self.store, call, asked, self._partner(), self.partners)

    @declared_rpc(elsewhere.CheckPartnerForm)
    def check_partner_form(self, call: Call, asked: elsewhere.CheckPartnerForm) -> Done:
        return partner_sign_up.check_partner_form(call, asked, self._partner())

    @declared_rpc(elsewhere.KeepPendingCredentials)
    def keep_pending_credentials(self, call: Call, asked: elsewhere.KeepPendingCredentials) -> Done:
        return partner_sign_up.keep_pending_credentials(self.store, call, asked, self._partner())

    @declared_rpc(elsewhere.UsePartnerPass)
    def use_partner_pass(self, call: Call, asked: elsewhere.UsePartnerPass) -> elsewhere.PartnerForm:
        return partner_credentials.use_partner_pass(self.store, call, asked, self._partner())

    @declared_rpc(elsewhere.ImportPartnerCredentials)
    def import_partner_credentials(self, call: Call, asked: elsewhere.ImportPartnerCredentials) -> Done:
        return partner_credentials.import_partner_credentials(self.store, call, asked, self._partner())

    @declared_rpc(elsewhere.RotatePartnerKeys)
    def rotate_partner_keys(self, call: Call, asked: elsewhere.RotatePartnerKeys) -> elsewhere.Rotated:
        return partner_credentials.rotate_partner_keys(self.store, call, asked)

    def _partner(self) -> partner_credentials.FindPartner:
        return partial(neighbours.partner, self.neighbours)

    # --- what others may know

    @declared_rpc(person.ReadProfile)
    def profile(self, call: Call, asked: person.ReadProfile) -> person.Profile:
        return people.profile(self.store, call, asked)

    @declared_rpc(person.ReadContact)
    def contact(self, call: Call, asked: person.ReadContact) -> person.AccountContact:
        return people.contact(self.store, call, asked)

    @declared_rpc(held.ReadOwnSpace)
    def read_own_space(self, call: Call, asked: held.ReadOwnSpace) -> held.OwnSpace:
        return own_data.own_space(self.store, call, asked)

    @declared_rpc(person.ReadNoticeDetails)
    def notice_details(self, call: Call, asked: person.ReadNoticeDetails) -> person.NoticeDetails:
        return people.notice_details(self.store, call, asked)

    @declared_rpc(person.ListColleagues)
    def colleagues(self, call: Call, asked: person.ListColleagues) -> person.Colleagues:
        return people.colleagues(self.store, call)

    @declared_rpc(person.FindAccountIds)
    def account_ids(self, call: Call, asked: person.FindAccountIds) -> person.AccountIds:
        return people.account_ids(self.store, call, asked)

    # --- timers

    @woken(profile_updates.PENDING, spaced=5, at_latest=3600)
    def apply_profile_updates(self) -> float | None:
        """Those whose day has come; in how many seconds the next one is due."""
        return profile_updates.apply_due(self.store, partial(neighbours.wanted_by, self.neighbours))

    @woken(closures.PENDING, spaced=5, at_latest=3600)
    def carry_out_closures(self) -> float | None:
        """Reminders, ends and erasures that are due; in how many seconds the next one is."""
        return closures.carry_out_due(self.store)

    @woken(inactive_spaces.UNUSED, spaced=20, at_latest=86400)
    def follow_unused_spaces(self) -> float:
        """Warnings and closures of spaces that are not used; in how many seconds the next turn is, once a day."""
        return inactive_spaces.follow_unused(self.store, partial(neighbours.with_open_requests, self.neighbours))

    @every(300)
    def forget_what_is_over(self) -> None:
        logging_in.forget_what_is_over(self.store)
        security_codes.forget_captchas(self.store)
        recovery.forget_links(self.store)
        partner_credentials.forget_partner_uses(self.store)

    @woken(recovery.ASKED, spaced=0.2, at_latest=60)
    def answer_what_was_asked(self) -> None:
        recovery.answer_what_was_asked(self.store)

    @every(3600)
    def close_never_activated(self) -> None:
        activation.close_never_activated(self.store)
        email_changes.end_changes(self.store)
