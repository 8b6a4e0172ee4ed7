"""The accounts process: its calls and its timers. Each call is one use case or one view."""

from collections.abc import Callable
from functools import partial
from typing import ClassVar, TypeVar, TypeVarTuple

from services.accounts import other_services, reactions
from services.accounts.closures import use_cases as closures, views as closures_views
from services.accounts.disclosure import views as people
from services.accounts.email_changes import use_cases as email_changes, views as email_views
from services.accounts.family import use_cases as family, views as family_views
from services.accounts.inactivity import use_cases as inactive_spaces
from services.accounts.invitations import use_cases as invitations, views as invitation_views
from services.accounts.log_in import use_cases as logging_in
from services.accounts.own_space import use_cases as own_space, views as own_space_views
from services.accounts.partners import use_cases as partner_credentials, views as partners_views
from services.accounts.partners.partner_check import PartnerSites
from services.accounts.partners.rules import FindPartner
from services.accounts.profile_updates import use_cases as profile_updates
from services.accounts.provisioning import use_cases as provisioning
from services.accounts.recovery import use_cases as recovery, views as recovery_views
from services.accounts.schemas import (
    agents as agent_calls,
    closures as closure_calls,
    family as family_calls,
    log_in as log_in_calls,
    own_data as own_data_calls,
    partner_credentials as partner_calls,
    people as people_calls,
    profile as profile_calls,
    recovery as recovery_calls,
    sessions,
    sign_up,
    team as team_calls,
)
from services.accounts.second_factor import use_cases as second_factors, views as second_factor_views
from services.accounts.security_code import use_cases as security_codes, views as security_code_views
from services.accounts.sessions import use_cases as own_sessions, views as session_views
from services.accounts.sign_up import activation as activations, pending, use_cases as creation, views as sign_up_views
from services.accounts.team import use_cases as team, views as team_views
from services.chassis.calls import Call
from services.chassis.event_store.store import Store
from services.chassis.process.providers import OfProcess, Stores, provided
from services.chassis.rpc.client import RpcClient
from services.chassis.rpc.entrypoints import answers, done, every, once, runs, viewing, woken

__all__ = ["AccountsService", "reactions"]

A = TypeVar("A")
C = TypeVar("C")
P = TypeVarTuple("P")


def finding(act: Callable[[Store, Call, C, FindPartner, *P], A]) -> Callable[[Store, Call, C, RpcClient, *P], A]:
    """For a function that reads of content how a partner is connected."""
    return lambda store, call, asked, rpc, *given: act(store, call, asked, partial(other_services.partner, rpc), *given)


class AccountsService:
    name: ClassVar[str] = "accounts"
    store = provided(Stores())
    rpc = provided(OfProcess(RpcClient, RpcClient.close))
    partners = provided(OfProcess(lambda settings: PartnerSites(settings.partner_proxy)))

    # --- sign-up and activation

    captcha = answers(sign_up.DrawCode, security_codes.captcha)
    captcha_audio = answers(sign_up.SpeakCode, security_code_views.captcha_audio)
    spend_captcha = answers(sign_up.SpendCaptcha, done(security_codes.spend_captcha))
    solve_captcha = answers(sign_up.SolveCaptcha, security_codes.solve_captcha)
    check_username = answers(sign_up.CheckUsername, creation.check_username)
    create_account = answers(sign_up.CreateAccount, creation.create_account)
    correct_pending_email = answers(sign_up.CorrectPendingEmail, pending.correct_pending_email)
    resend_pending_link = answers(sign_up.ResendPendingLink, pending.resend_pending_link)
    activation = answers(sign_up.OpenActivation, viewing(sign_up_views.activation))
    activate = answers(sign_up.Activate, activations.activate)
    send_activation = answers(sign_up.SendActivation, activations.send_activation)

    # --- log-in and sessions

    log_in = answers(log_in_calls.LogIn, logging_in.log_in)
    second_factor = answers(log_in_calls.SecondFactor, logging_in.second_factor)
    session = answers(log_in_calls.ReadSession, viewing(session_views.session))
    log_out = answers(log_in_calls.LogOut, done(logging_in.log_out))
    list_sessions = answers(sessions.ListSessions, viewing(session_views.list_sessions))
    end_session = answers(sessions.EndSession, once(done(own_sessions.end_session)))
    end_other_sessions = answers(sessions.EndOtherSessions, once(own_sessions.end_other_sessions))

    # --- the end of a space

    foresee_closure = answers(closure_calls.ForeseeClosure, viewing(closures_views.foresee_closure))
    request_closure = answers(closure_calls.RequestClosure, closures.request_closure)
    open_closure_return = answers(closure_calls.OpenClosureReturn, viewing(closures_views.open_closure_return))
    withdraw_closure = answers(closure_calls.WithdrawClosure, closures.withdraw_closure)

    # --- a forgotten password or user name

    request_password_reset = answers(recovery_calls.RequestPasswordReset, recovery.request_password_reset)
    request_username = answers(recovery_calls.RequestUsername, recovery.request_username)
    password_reset_link = answers(recovery_calls.PasswordResetLink, viewing(recovery_views.password_reset_link))
    reset_password = answers(recovery_calls.ResetPassword, recovery.reset_password)

    # --- one's own space

    read_space = answers(profile_calls.ReadSpace, viewing(own_space_views.read_space))
    change_profile = answers(profile_calls.ChangeProfile, once(done(own_space.change_profile)))
    change_credentials = answers(profile_calls.ChangeCredentials, own_space.change_credentials)
    open_email_confirmation = answers(profile_calls.OpenEmailConfirmation, viewing(email_views.open_email_confirmation))
    confirm_email = answers(profile_calls.ConfirmEmail, email_changes.confirm_email)
    open_email_undo = answers(profile_calls.OpenEmailUndo, viewing(email_views.open_email_undo))
    undo_email_change = answers(profile_calls.UndoEmailChange, once(done(email_changes.undo_email_change)))

    # --- one's family

    list_family = answers(family_calls.ListFamily, viewing(family_views.list_family))
    add_family_member = answers(family_calls.AddFamilyMember, once(family.add_family_member))
    change_family_member = answers(family_calls.ChangeFamilyMember, once(family.change_family_member))
    remove_family_member = answers(family_calls.RemoveFamilyMember, once(done(family.remove_family_member)))

    # --- credentials at partners' sites

    list_partner_credentials = answers(
        partner_calls.ListPartnerCredentials, viewing(partners_views.list_partner_credentials)
    )
    save_partner_credentials = answers(
        partner_calls.SavePartnerCredentials, finding(partner_credentials.save_partner_credentials), rpc, partners
    )
    remove_partner_credentials = answers(
        partner_calls.RemovePartnerCredentials, once(done(partner_credentials.remove_partner_credentials))
    )
    open_partner_connection = answers(
        partner_calls.OpenPartnerConnection, finding(partner_credentials.open_partner_connection), rpc, partners
    )
    check_partner_form = answers(partner_calls.CheckPartnerForm, finding(partners_views.check_partner_form), rpc)
    keep_pending_credentials = answers(
        partner_calls.KeepPendingCredentials, finding(partner_credentials.keep_pending_credentials), rpc
    )
    use_partner_pass = answers(partner_calls.UsePartnerPass, finding(partner_credentials.use_partner_pass), rpc)
    import_partner_credentials = answers(
        partner_calls.ImportPartnerCredentials, finding(partner_credentials.import_partner_credentials), rpc
    )
    rotate_partner_keys = answers(partner_calls.RotatePartnerKeys, partner_credentials.rotate_partner_keys)

    # --- what other services read of a person

    profile = answers(people_calls.ReadProfile, viewing(people.profile))
    read_own_space = answers(own_data_calls.ReadOwnSpace, viewing(people.read_own_space))
    notice_details = answers(people_calls.ReadNoticeDetails, viewing(people.notice_details))
    colleagues = answers(people_calls.ListColleagues, viewing(people.colleagues))
    read_acting_agent = answers(people_calls.ReadActingAgent, viewing(people.acting_agent))
    handlers = answers(people_calls.ListHandlers, viewing(people.handlers))
    account_ids = answers(people_calls.FindAccountIds, viewing(people.account_ids))

    # --- new agents, and the town's file of people

    add_agent = answers(agent_calls.AddAgent, provisioning.add_agent)
    check_accounts = answers(agent_calls.CheckAccounts, done(provisioning.check_accounts))
    import_accounts = answers(agent_calls.ImportAccounts, provisioning.import_accounts)

    # --- the town hall's agents

    agents = answers(agent_calls.ListAgents, viewing(team_views.agents))
    disable_agent = answers(agent_calls.DisableAgent, once(team.disable_agent))
    enable_agent = answers(agent_calls.EnableAgent, once(team.enable_agent))
    invite_agent = answers(agent_calls.InviteAgent, once(team.invite_agent))
    invitation = answers(agent_calls.OpenInvitation, viewing(invitation_views.invitation))
    accept_invitation = answers(agent_calls.AcceptInvitation, invitations.accept_invitation)
    change_rights = answers(agent_calls.ChangeRights, once(team.change_rights))
    list_team = answers(team_calls.ListTeam, viewing(team_views.list_team))
    find_member = answers(team_calls.FindMember, viewing(team_views.find_member))
    invite_member = answers(team_calls.InviteMember, provisioning.invite_member)
    change_member = answers(team_calls.ChangeMember, once(done(team.change_member)))
    renew_second_factor = answers(team_calls.RenewSecondFactor, once(done(team.renew_second_factor)))
    count_recovery_codes = answers(team_calls.CountRecoveryCodes, viewing(second_factor_views.count_recovery_codes))
    renew_recovery_codes = answers(team_calls.RenewRecoveryCodes, second_factors.renew_recovery_codes)

    # --- timers

    carry_out_closures = runs(woken(closures.PENDING, spaced=5, at_latest=3600), closures.carry_out_due)
    answer_what_was_asked = runs(woken(recovery.ASKED, spaced=0.2, at_latest=60), recovery.answer_what_was_asked)

    @woken(profile_updates.PENDING, spaced=5, at_latest=3600)
    def apply_profile_updates(self) -> float | None:
        """Those whose day has come; in how many seconds the next one is due."""
        return profile_updates.apply_due(self.store, partial(other_services.wanted_by, self.rpc))

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

    @every(3600)
    def close_never_activated(self) -> None:
        activations.close_never_activated(self.store)
        email_changes.end_changes(self.store)
