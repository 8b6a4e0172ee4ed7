"""What nameko hands to accounts to ask partners' sites with: one a process."""

from typing import Any

from nameko.extensions import DependencyProvider

from services.accounts.partners.partner_check import PartnerSites


class PartnerSitesAsked(DependencyProvider):
    """A PartnerSites, by the proxy of the settings where they name one."""

    sites: PartnerSites

    def setup(self) -> None:
        self.sites = PartnerSites(self.container.config["settings"].partner_proxy)

    def get_dependency(self, worker_ctx: Any) -> PartnerSites:
        return self.sites
