"""The calls of accounts about agents: brought in, invited, changed, disabled. Part of the one process, AccountsService."""

from typing import Any

from services.accounts import schemas
from services.accounts.arrivals import use_cases as arrivals
from services.accounts.invitations import use_cases as invitations
from services.accounts.schemas import team as of_team
from services.accounts.second_factor import use_cases as recovery_codes
from services.accounts.team import administration as team
from services.accounts.team import use_cases as agents
from services.chassis.calls import Call
from services.chassis.contracts import Done
from services.chassis.process.providers import Stores, provided
from services.chassis.rpc.entrypoints import declared_rpc, rpc


class StaffCalls:
    store = provided(Stores())

    # --- whom the town hall brings in

    @rpc(schemas.AddAgent)
    def add_agent(self, call: Call) -> dict[str, Any]:
        return arrivals.add_agent(self.store, call)

    @rpc(schemas.CheckAccounts)
    def check_accounts(self, call: Call) -> dict[str, Any]:
        return arrivals.check_accounts(self.store, call)

    @rpc(schemas.ImportAccounts)
    def import_accounts(self, call: Call) -> dict[str, Any]:
        return arrivals.import_accounts(self.store, call)

    # --- agents who are here

    @rpc(schemas.Agents)
    def agents(self, call: Call) -> dict[str, Any]:
        return agents.agents(self.store, call)

    @rpc(schemas.OneAgent)
    def disable_agent(self, call: Call) -> dict[str, Any]:
        return agents.disable_agent(self.store, call)

    @rpc(schemas.OneAgent)
    def enable_agent(self, call: Call) -> dict[str, Any]:
        return agents.enable_agent(self.store, call)

    @rpc(schemas.OneAgent)
    def invite_agent(self, call: Call) -> dict[str, Any]:
        return agents.invite_agent(self.store, call)

    @rpc(schemas.Invitation)
    def invitation(self, call: Call) -> dict[str, Any]:
        return invitations.invitation(self.store, call)

    @rpc(schemas.AcceptInvitation)
    def accept_invitation(self, call: Call) -> dict[str, Any]:
        return invitations.accept_invitation(self.store, call)

    @rpc(schemas.ChangeRights)
    def change_rights(self, call: Call) -> dict[str, Any]:
        return agents.change_rights(self.store, call)

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
        return recovery_codes.count_recovery_codes(self.store, call)

    @declared_rpc(of_team.RenewRecoveryCodes)
    def renew_recovery_codes(self, call: Call, asked: of_team.RenewRecoveryCodes) -> of_team.RecoveryCodes:
        return recovery_codes.renew_recovery_codes(self.store, call, asked)
