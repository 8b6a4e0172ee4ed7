"""The accounts process: its calls and its timers. Each call is one use case; those about agents: `staff_calls.py`."""

from functools import partial
from typing import ClassVar

from services.accounts import other_services, reactions
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
from services.accounts.schemas import closures as closure_calls
from services.accounts.schemas import family as family_calls
from services.accounts.schemas import log_in as log_in_calls
from services.accounts.schemas import own_data as own_data_calls
from services.accounts.schemas import partner_credentials as partner_calls
from services.accounts.schemas import people as people_calls
from services.accounts.schemas import profile as profile_calls
from services.accounts.schemas import recovery as recovery_calls
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
from services.chassis.process.providers import Rpc, provided
from services.chassis.rpc.entrypoints import declared_rpc, every, woken

__all__ = ["AccountsService", "reactions"]


class AccountsService(StaffCalls):
    name: ClassVar[str] = "accounts"
    rpc = provided(Rpc())
    partners = provided(PartnerSitesAsked())

    # --- sign-up and activation

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

    # --- log-in and sessions

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

    @declared_rpc(closure_calls.ForeseeClosure)
    def foresee_closure(self, call: Call, asked: closure_calls.ForeseeClosure) -> closure_calls.Closure:
        return closures.foresee_closure(self.store, call)

    @declared_rpc(closure_calls.RequestClosure)
    def request_closure(self, call: Call, asked: closure_calls.RequestClosure) -> closure_calls.Closure:
        return closures.request_closure(self.store, call, asked)

    @declared_rpc(closure_calls.OpenClosureReturn)
    def open_closure_return(self, call: Call, asked: closure_calls.OpenClosureReturn) -> closure_calls.ClosureReturn:
        return closures_views.open_closure_return(self.store, call, asked)

    @declared_rpc(closure_calls.WithdrawClosure)
    def withdraw_closure(self, call: Call, asked: closure_calls.WithdrawClosure) -> Done:
        return closures.withdraw_closure(self.store, call, asked)

    # --- a forgotten password or user name

    @declared_rpc(recovery_calls.RequestPasswordReset)
    def request_password_reset(self, call: Call, asked: recovery_calls.RequestPasswordReset) -> Done:
        return recovery.request_password_reset(self.store, call, asked)

    @declared_rpc(recovery_calls.RequestUsername)
    def request_username(self, call: Call, asked: recovery_calls.RequestUsername) -> Done:
        return recovery.request_username(self.store, call, asked)

    @declared_rpc(recovery_calls.PasswordResetLink)
    def password_reset_link(self, call: Call, asked: recovery_calls.PasswordResetLink) -> recovery_calls.ResetOffer:
        return recovery_views.password_reset_link(self.store, call, asked)

    @declared_rpc(recovery_calls.ResetPassword)
    def reset_password(self, call: Call, asked: recovery_calls.ResetPassword) -> Done:
        return recovery.reset_password(self.store, call, asked)

    # --- one's own space

    @declared_rpc(profile_calls.ReadSpace)
    def read_space(self, call: Call, asked: profile_calls.ReadSpace) -> profile_calls.Space:
        return own_space_views.read_space(self.store, call)

    @declared_rpc(profile_calls.ChangeProfile)
    def change_profile(self, call: Call, asked: profile_calls.ChangeProfile) -> Done:
        return own_profile.change_profile(self.store, call, asked)

    @declared_rpc(profile_calls.ChangeCredentials)
    def change_credentials(self, call: Call, asked: profile_calls.ChangeCredentials) -> profile_calls.CredentialsChange:
        return own_credentials.change_credentials(self.store, call, asked)

    @declared_rpc(profile_calls.OpenEmailConfirmation)
    def open_email_confirmation(
        self, call: Call, asked: profile_calls.OpenEmailConfirmation
    ) -> profile_calls.EmailLink:
        return email_changes_views.open_confirmation(self.store, call, asked.token)

    @declared_rpc(profile_calls.ConfirmEmail)
    def confirm_email(self, call: Call, asked: profile_calls.ConfirmEmail) -> Done:
        return email_changes.confirm_email(self.store, call, asked)

    @declared_rpc(profile_calls.OpenEmailUndo)
    def open_email_undo(self, call: Call, asked: profile_calls.OpenEmailUndo) -> profile_calls.EmailLink:
        return email_changes_views.open_undo(self.store, call, asked.token)

    @declared_rpc(profile_calls.UndoEmailChange)
    def undo_email_change(self, call: Call, asked: profile_calls.UndoEmailChange) -> Done:
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

    # --- credentials at partners' sites

    @declared_rpc(partner_calls.ListPartnerCredentials)
    def list_partner_credentials(
        self, call: Call, asked: partner_calls.ListPartnerCredentials
    ) -> partner_calls.OwnPartnerSpaces:
        return partners_views.list_partner_credentials(self.store, call, asked)

    @declared_rpc(partner_calls.SavePartnerCredentials)
    def save_partner_credentials(self, call: Call, asked: partner_calls.SavePartnerCredentials) -> Done:
        return partner_credentials.save_partner_credentials(self.store, call, asked, self._partner(), self.partners)

    @declared_rpc(partner_calls.RemovePartnerCredentials)
    def remove_partner_credentials(self, call: Call, asked: partner_calls.RemovePartnerCredentials) -> Done:
        return partner_credentials.remove_partner_credentials(self.store, call, asked)

    @declared_rpc(partner_calls.OpenPartnerConnection)
    def open_partner_connection(
        self, call: Call, asked: partner_calls.OpenPartnerConnection
    ) -> partner_calls.PartnerPass:
        return partner_credentials.open_partner_connection(self.store, call, asked, self._partner(), self.partners)

    @declared_rpc(partner_calls.CheckPartnerForm)
    def check_partner_form(self, call: Call, asked: partner_calls.CheckPartnerForm) -> Done:
        return partner_sign_up.check_partner_form(call, asked, self._partner())

    @declared_rpc(partner_calls.KeepPendingCredentials)
    def keep_pending_credentials(self, call: Call, asked: partner_calls.KeepPendingCredentials) -> Done:
        return partner_sign_up.keep_pending_credentials(self.store, call, asked, self._partner())

    @declared_rpc(partner_calls.UsePartnerPass)
    def use_partner_pass(self, call: Call, asked: partner_calls.UsePartnerPass) -> partner_calls.PartnerForm:
        return partner_credentials.use_partner_pass(self.store, call, asked, self._partner())

    @declared_rpc(partner_calls.ImportPartnerCredentials)
    def import_partner_credentials(self, call: Call, asked: partner_calls.ImportPartnerCredentials) -> Done:
        return partner_credentials.import_partner_credentials(self.store, call, asked, self._partner())

    @declared_rpc(partner_calls.RotatePartnerKeys)
    def rotate_partner_keys(self, call: Call, asked: partner_calls.RotatePartnerKeys) -> partner_calls.Rotated:
        return partner_credentials.rotate_partner_keys(self.store, call, asked)

    def _partner(self) -> partner_credentials.FindPartner:
        return partial(other_services.partner, self.rpc)

    # --- what other services read of a person

    @declared_rpc(people_calls.ReadProfile)
    def profile(self, call: Call, asked: people_calls.ReadProfile) -> people_calls.Profile:
        return people.profile(self.store, call, asked)

    @declared_rpc(people_calls.ReadContact)
    def contact(self, call: Call, asked: people_calls.ReadContact) -> people_calls.AccountContact:
        return people.contact(self.store, call, asked)

    @declared_rpc(own_data_calls.ReadOwnSpace)
    def read_own_space(self, call: Call, asked: own_data_calls.ReadOwnSpace) -> own_data_calls.OwnSpace:
        return own_data.own_space(self.store, call, asked)

    @declared_rpc(people_calls.ReadNoticeDetails)
    def notice_details(self, call: Call, asked: people_calls.ReadNoticeDetails) -> people_calls.NoticeDetails:
        return people.notice_details(self.store, call, asked)

    @declared_rpc(people_calls.ListColleagues)
    def colleagues(self, call: Call, asked: people_calls.ListColleagues) -> people_calls.Colleagues:
        return people.colleagues(self.store, call)

    @declared_rpc(people_calls.FindAccountIds)
    def account_ids(self, call: Call, asked: people_calls.FindAccountIds) -> people_calls.AccountIds:
        return people.account_ids(self.store, call, asked)

    # --- timers

    @woken(profile_updates.PENDING, spaced=5, at_latest=3600)
    def apply_profile_updates(self) -> float | None:
        """Those whose day has come; in how many seconds the next one is due."""
        return profile_updates.apply_due(self.store, partial(other_services.wanted_by, self.rpc))

    @woken(closures.PENDING, spaced=5, at_latest=3600)
    def carry_out_closures(self) -> float | None:
        """Reminders, ends and erasures that are due; in how many seconds the next one is."""
        return closures.carry_out_due(self.store)

    @woken(inactive_spaces.UNUSED, spaced=20, at_latest=86400)
    def follow_unused_spaces(self) -> float:
        """Warnings and closures of spaces that are not used; in how many seconds the next turn is, once a day."""
        return inactive_spaces.follow_unused(self.store, partial(other_services.with_open_requests, self.rpc))

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
