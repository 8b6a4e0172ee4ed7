"""Who someone is: sessions, personal spaces, the code to copy when one is made."""

from collections.abc import Sequence
from uuid import UUID

from gateway.clients.link import CommandId, Json, Link
from services.accounts.schemas import closures, family, partner_credentials, recovery, sessions, sign_up, team
from services.accounts.schemas import profile as space
from services.chassis.actors import Actor
from services.chassis.contracts import Done, from_json, to_json


class AccountsClient:
    def __init__(self, link: Link) -> None:
        self._link = link

    def captcha(self) -> Json:
        return self._link.ask("captcha")

    def captcha_audio(self, id: str) -> Json:
        return self._link.ask("captcha_audio", id=id)

    def spend_captcha(self, captcha: Json, *, command_id: CommandId) -> Json:
        """Checks `{id, answer, proof}` and uses the code up, right or wrong; refused as a field's fault, or for a while."""
        return self._link.ask(
            "spend_captcha", command_id=command_id, captcha=captcha, address_seen=self._link.address()
        )

    def solve_captcha(self, id: str, answer: str, proof: str = "", *, command_id: CommandId) -> sign_up.SolvedCode:
        """Checks a security code ahead of the form that it belongs to, and uses it up, right or wrong."""
        captcha = sign_up.CodeAnswer(id=id, answer=answer, proof=proof)
        asked = sign_up.SolveCaptcha(captcha=captcha, address_seen=self._link.address())
        return self._link.send(asked, command_id=command_id)

    def check_username(self, username: str) -> sign_up.UsernameState:
        """Whether that name can be chosen now; nothing is reserved."""
        return self._link.send(sign_up.CheckUsername(username=username, address_seen=self._link.address()))

    def create_account(
        self,
        *,
        identity: Json,
        address: Json,
        contact: Json,
        preferred_contact: str,
        credentials: Json,
        captcha: Json | None = None,
        command_id: CommandId,
        solved: str = "",
        organisation: Json | None = None,
        continue_to: str = "",
    ) -> Json:
        """`{pending}`: a token by which who made it corrects the address or has the mail sent again.

        `captcha`: the answer to a security code, or else `solved`: the token of one answered before. `continue_to`: the
        page on which its holder goes on after the activation."""
        return self._link.ask(
            "create_account",
            command_id=command_id,
            identity=identity,
            address=address,
            contact=contact,
            preferred_contact=preferred_contact,
            credentials=credentials,
            captcha=captcha,
            solved=solved,
            organisation=organisation,
            continue_to=continue_to,
            address_seen=self._link.address(),
        )

    def correct_pending_email(self, token: str, email: str, *, command_id: CommandId) -> Done:
        """The space that waits is waited for at another address; `token`: the `pending` of `create_account`."""
        asked = sign_up.CorrectPendingEmail(token=token, email=email, address_seen=self._link.address())
        return self._link.send(asked, command_id=command_id)

    def resend_pending_link(self, token: str, *, command_id: CommandId) -> Done:
        asked = sign_up.ResendPendingLink(token=token, address_seen=self._link.address())
        return self._link.send(asked, command_id=command_id)

    def activation(self, token: str) -> Json:
        """`{username}` of its space. Refused when the link opens nothing: forged, expired, or followed already."""
        return self._link.ask("activation", token=token)

    def activate(
        self, token: str, password: str, *, presented: str, command_id: CommandId, device: str = ""
    ) -> sign_up.Activated:
        """Opens the space for who chose its password, and a session for its holder; `presented` and `device` as in `log_in`."""
        asked = sign_up.Activate(token=token, password=password, presented=presented, device=device)
        return self._link.send(asked, command_id=command_id)

    def send_activation(self, email: str, *, command_id: CommandId) -> Json:
        """The link again; the same answer whether or not it waits for somebody."""
        return self._link.ask("send_activation", command_id=command_id, email=email, address_seen=self._link.address())

    def request_password_reset(self, identifier: str, *, command_id: CommandId) -> Done:
        """A link for whoever has that user name or address; the same answer whether or not somebody has."""
        asked = recovery.RequestPasswordReset(identifier=identifier, address_seen=self._link.address())
        return self._link.send(asked, command_id=command_id)

    def request_username(self, email: str, *, command_id: CommandId) -> Done:
        """The user name of the space at that address, mailed there; the same answer whether or not there is one."""
        asked = recovery.RequestUsername(email=email, address_seen=self._link.address())
        return self._link.send(asked, command_id=command_id)

    def password_reset_link(self, token: str) -> recovery.ResetOffer:
        """What the link offers. Refused when it opens nothing: forged, late, or used already."""
        return self._link.send(recovery.PasswordResetLink(token=token))

    def reset_password(self, token: str, password: str, code: str, *, command_id: CommandId) -> Done:
        """The new password, good at once; of an agent with the six digits, judged before it."""
        asked = recovery.ResetPassword(token=token, password=password, code=code, address_seen=self._link.address())
        return self._link.send(asked, command_id=command_id)

    def log_in(self, username: str, password: str, *, presented: str, command_id: CommandId, device: str = "") -> Json:
        """A session, or for agents the challenge of the second factor; one refusal for every wrong pair.

        The session that is `presented`, "" if none is, ends when the new one opens. `device`: for the holder's list.
        """
        return self._link.ask(
            "log_in",
            command_id=command_id,
            username=username,
            password=password,
            address_seen=self._link.address(),
            presented=presented,
            device=device,
        )

    def second_factor(
        self, challenge: str, code: str, *, presented: str, command_id: CommandId, device: str = ""
    ) -> Json:
        return self._link.ask(
            "second_factor",
            command_id=command_id,
            challenge=challenge,
            code=code,
            presented=presented,
            device=device,
        )

    def invitation(self, token: str) -> Json:
        """What the link of an agent's invitation offers: `{username, totp_secret, uri, expires_at, second_factor_only}`."""
        return self._link.ask("invitation", token=token)

    def accept_invitation(self, token: str, password: str, code: str, *, command_id: CommandId) -> Json:
        """The agent's password and second factor, good once the code shows that the factor was taken: `{recovery_codes}`."""
        return self._link.ask("accept_invitation", command_id=command_id, token=token, password=password, code=code)

    def session(self, session: str, *, actor: Actor, brief: bool = False) -> Json:
        """Who holds this session. Asked as the visitor that the browser is without it. `brief`: Unavailable after a moment."""
        return self._link.question(brief=brief)("session", actor=actor, session=session)

    def log_out(self, session: str) -> Json:
        return self._link.ask("log_out", session=session)

    def list_sessions(self, presented: str) -> sessions.Sessions:
        """The actor's open sessions, that of the token `presented` marked, and log-ins of the last weeks."""
        return self._link.send(sessions.ListSessions(presented=presented))

    def end_session(self, id: UUID, *, command_id: CommandId) -> Done:
        """Ends one of the actor's sessions; NotFound where it is not one of them."""
        return self._link.send(sessions.EndSession(id=id), command_id=command_id)

    def end_other_sessions(self, presented: str, *, command_id: CommandId) -> sessions.Ended:
        """Ends all of the actor's sessions but that of the token `presented`."""
        return self._link.send(sessions.EndOtherSessions(presented=presented), command_id=command_id)

    def foresee_closure(self) -> closures.Closure:
        """The days of a closure of the actor's own space, if it were asked for now."""
        return self._link.send(closures.ForeseeClosure())

    def request_closure(self, password: str, *, command_id: CommandId) -> closures.Closure:
        """Locks the actor's own space and has it erased after the days in which one can return."""
        return self._link.send(closures.RequestClosure(password=password), command_id=command_id)

    def open_closure_return(self, token: str) -> closures.ClosureReturn:
        """What the link offers. Refused when it opens nothing: forged, late, or used already."""
        return self._link.send(closures.OpenClosureReturn(token=token))

    def withdraw_closure(self, token: str, password: str, *, command_id: CommandId) -> None:
        self._link.send(closures.WithdrawClosure(token=token, password=password), command_id=command_id)

    def profile(self, *, brief: bool = False) -> Json:
        """`brief`: Unavailable after a moment."""
        return self._link.question(brief=brief)("profile")

    def read_space(self) -> space.Space:
        """All that the town knows of the actor, and the address that waits to be confirmed."""
        return self._link.send(space.ReadSpace())

    def change_profile(self, wish: space.ChangeProfile, *, command_id: CommandId) -> None:
        self._link.send(wish, command_id=command_id)

    def change_credentials(self, wish: space.ChangeCredentials, *, command_id: CommandId) -> space.CredentialsChange:
        """Sessions other than the one that `wish` presents end with a new user name or password."""
        return self._link.send(wish, command_id=command_id)

    def open_email_confirmation(self, token: str) -> space.EmailLink:
        """Refused when the link opens nothing: forged, expired, followed already."""
        return self._link.send(space.OpenEmailConfirmation(token=token))

    def confirm_email(self, token: str, password: str, *, command_id: CommandId) -> None:
        self._link.send(space.ConfirmEmail(token=token, password=password), command_id=command_id)

    def open_email_undo(self, token: str) -> space.EmailLink:
        return self._link.send(space.OpenEmailUndo(token=token))

    def undo_email_change(self, token: str, *, command_id: CommandId) -> None:
        """Every session of that space ends."""
        self._link.send(space.UndoEmailChange(token=token), command_id=command_id)

    def list_family(self) -> family.Family:
        """The members of the actor's family."""
        return self._link.send(family.ListFamily())

    def add_family_member(self, described: Json, *, command_id: CommandId) -> family.Member:
        """`described`: the fields of `DescribedMember`."""
        return self._link.send(family.AddFamilyMember(**described), command_id=command_id)

    def change_family_member(self, member_id: UUID, described: Json, *, command_id: CommandId) -> family.Member:
        asked = family.ChangeFamilyMember(member_id=member_id, **described)
        return self._link.send(asked, command_id=command_id)

    def remove_family_member(self, member_id: UUID, *, command_id: CommandId) -> Done:
        return self._link.send(family.RemoveFamilyMember(member_id=member_id), command_id=command_id)

    def list_partner_credentials(
        self, *, with_uses: bool = False, brief: bool = False
    ) -> partner_credentials.OwnPartnerSpaces:
        """Of which partners' sites the actor has something saved. `brief`: Unavailable after a moment."""
        asked = partner_credentials.ListPartnerCredentials(with_uses=with_uses)
        answer = self._link.question(brief=brief)(asked.method(), **to_json(asked))
        return from_json(partner_credentials.OwnPartnerSpaces, answer)

    def save_partner_credentials(self, slug: str, described: Json, *, command_id: CommandId) -> Done:
        """`described`: values by name of the space's fields, saved once the partner has accepted them."""
        asked = partner_credentials.SavePartnerCredentials(slug=slug, values=described)
        return self._link.send(asked, command_id=command_id)

    def check_partner_form(self, slug: str, described: Json) -> Done:
        """Whether they have the form that the space asks for; refused by field."""
        return self._link.send(partner_credentials.CheckPartnerForm(slug=slug, values=described))

    def keep_pending_credentials(self, pending: str, slug: str, described: Json, *, command_id: CommandId) -> Done:
        """With the space that waits; `pending`: of `create_account`."""
        asked = partner_credentials.KeepPendingCredentials(pending=pending, slug=slug, values=described)
        return self._link.send(asked, command_id=command_id)

    def remove_partner_credentials(self, slug: str, *, command_id: CommandId) -> Done:
        return self._link.send(partner_credentials.RemovePartnerCredentials(slug=slug), command_id=command_id)

    def open_partner_connection(self, slug: str, *, command_id: CommandId) -> partner_credentials.PartnerPass:
        return self._link.send(partner_credentials.OpenPartnerConnection(slug=slug), command_id=command_id)

    def use_partner_pass(self, token: str) -> partner_credentials.PartnerForm:
        """The one answer that holds saved credentials; the pass is used up, so that asked again it is refused."""
        return self._link.send(partner_credentials.UsePartnerPass(token=token))

    def colleagues(self) -> Json:
        """The agents with whom the actor shares a department: `{agents: [{id, name, username, departments}]}`."""
        return self._link.ask("colleagues")

    # --- the team, for administrators who manage agents

    def list_team(self) -> team.Team:
        return self._link.send(team.ListTeam())

    def find_member(self, agent_id: UUID) -> team.MemberRecord:
        return self._link.send(team.FindMember(agent_id=agent_id))

    def invite_member(
        self,
        username: str,
        email: str,
        function: str,
        role: str,
        departments: Sequence[str],
        permissions: Sequence[str] | None,
        *,
        command_id: CommandId,
    ) -> team.Invited:
        asked = team.InviteMember(
            username=username,
            email=email,
            function=function,
            role=role,
            departments=tuple(departments),
            permissions=None if permissions is None else tuple(permissions),
        )
        return self._link.send(asked, command_id=command_id)

    def change_member(
        self,
        agent_id: UUID,
        seen: str,
        email: str,
        function: str,
        role: str,
        departments: Sequence[str],
        permissions: Sequence[str],
        *,
        command_id: CommandId,
    ) -> None:
        """`seen`: the member's `mark` when the form was shown; `email` "" leaves the address."""
        asked = team.ChangeMember(
            agent_id=agent_id,
            seen=seen,
            email=email,
            function=function,
            role=role,
            departments=tuple(departments),
            permissions=tuple(permissions),
        )
        self._link.send(asked, command_id=command_id)

    def invite_agent(self, agent_id: UUID, *, command_id: CommandId) -> Json:
        """Another link by mail, in the place of the one before."""
        return self._link.ask("invite_agent", command_id=command_id, agent_id=str(agent_id))

    def disable_agent(self, agent_id: UUID, *, command_id: CommandId) -> Json:
        return self._link.ask("disable_agent", command_id=command_id, agent_id=str(agent_id))

    def enable_agent(self, agent_id: UUID, *, command_id: CommandId) -> Json:
        """`{may_log_in}`: False where an invitation is needed besides."""
        return self._link.ask("enable_agent", command_id=command_id, agent_id=str(agent_id))

    def renew_second_factor(self, agent_id: UUID, *, command_id: CommandId) -> None:
        self._link.send(team.RenewSecondFactor(agent_id=agent_id), command_id=command_id)

    # --- an agent's own recovery codes

    def count_recovery_codes(self) -> team.RecoveryCodesLeft:
        return self._link.send(team.CountRecoveryCodes())

    def renew_recovery_codes(self, password: str, code: str, *, command_id: CommandId) -> team.RecoveryCodes:
        return self._link.send(team.RenewRecoveryCodes(password=password, code=code), command_id=command_id)
