"""The calls of accounts about agents: added, invited, changed, disabled. Part of the one process, AccountsService."""

from services.accounts.arrivals import use_cases as arrivals
from services.accounts.invitations import use_cases as invitations
from services.accounts.invitations import views as invitations_views
from services.accounts.schemas import agents as calls
from services.accounts.schemas import team as of_team
from services.accounts.second_factor import use_cases as recovery_codes
from services.accounts.second_factor import views as second_factor_views
from services.accounts.team import administration as team
from services.accounts.team import use_cases as agents
from services.chassis.calls import Call
from services.chassis.contracts import Done
from services.chassis.process.providers import Stores, provided
from services.chassis.rpc.entrypoints import declared_rpc


class StaffCalls:
    store = provided(Stores())

    # --- new agents, and the town's file of people

    @declared_rpc(calls.AddAgent)
    def add_agent(self, call: Call, asked: calls.AddAgent) -> calls.NewLogin:
        return arrivals.add_agent(self.store, call, asked)

    @declared_rpc(calls.CheckAccounts)
    def check_accounts(self, call: Call, asked: calls.CheckAccounts) -> Done:
        return arrivals.check_accounts(self.store, call, asked)

    @declared_rpc(calls.ImportAccounts)
    def import_accounts(self, call: Call, asked: calls.ImportAccounts) -> calls.Imported:
        return arrivals.import_accounts(self.store, call, asked)

    # --- the town hall's agents

    @declared_rpc(calls.ListAgents)
    def agents(self, call: Call, asked: calls.ListAgents) -> calls.Agents:
        return agents.agents(self.store, call, asked)

    @declared_rpc(calls.DisableAgent)
    def disable_agent(self, call: Call, asked: calls.DisableAgent) -> calls.Disabled:
        return agents.disable_agent(self.store, call, asked)

    @declared_rpc(calls.EnableAgent)
    def enable_agent(self, call: Call, asked: calls.EnableAgent) -> calls.Enabled:
        return agents.enable_agent(self.store, call, asked)

    @declared_rpc(calls.InviteAgent)
    def invite_agent(self, call: Call, asked: calls.InviteAgent) -> calls.InvitationSent:
        return agents.invite_agent(self.store, call, asked)

    @declared_rpc(calls.OpenInvitation)
    def invitation(self, call: Call, asked: calls.OpenInvitation) -> calls.InvitationOffer:
        return invitations_views.invitation(self.store, call, asked)

    @declared_rpc(calls.AcceptInvitation)
    def accept_invitation(self, call: Call, asked: calls.AcceptInvitation) -> calls.InvitationTaken:
        return invitations.accept_invitation(self.store, call, asked)

    @declared_rpc(calls.ChangeRights)
    def change_rights(self, call: Call, asked: calls.ChangeRights) -> calls.RightsChanged:
        return agents.change_rights(self.store, call, asked)

    @declared_rpc(of_team.ListTeam)
    def list_team(self, call: Call, asked: of_team.ListTeam) -> of_team.Team:
        return team.list_team(self.store, call)

    @declared_rpc(of_team.FindMember)
    def find_member(self, call: Call, asked: of_team.FindMember) -> of_team.MemberRecord:
        return team.find_member(self.store, call, asked)

    @declared_rpc(of_team.InviteMember)
    def invite_member(self, call: Call, asked: of_team.InviteMember) -> of_team.Invited:
        return arrivals.invite_member(self.store, call, asked)

    @declared_rpc(of_team.ChangeMember)
    def change_member(self, call: Call, asked: of_team.ChangeMember) -> Done:
        return team.change_member(self.store, call, asked)

    @declared_rpc(of_team.RenewSecondFactor)
    def renew_second_factor(self, call: Call, asked: of_team.RenewSecondFactor) -> Done:
        return team.renew_second_factor(self.store, call, asked)

    @declared_rpc(of_team.CountRecoveryCodes)
    def count_recovery_codes(self, call: Call, asked: of_team.CountRecoveryCodes) -> of_team.RecoveryCodesLeft:
        return second_factor_views.count_recovery_codes(self.store, call)

    @declared_rpc(of_team.RenewRecoveryCodes)
    def renew_recovery_codes(self, call: Call, asked: of_team.RenewRecoveryCodes) -> of_team.RecoveryCodes:
        return recovery_codes.renew_recovery_codes(self.store, call, asked)
