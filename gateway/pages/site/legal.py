"""The pages that the law asks for, and the portal's help."""

from flask import render_template

from gateway.pages.site.assessment import assessment
from gateway.permissions import PUBLIC
from gateway.routes import Pages
from gateway.town import town_book

page = Pages("legal", __name__)


@page.get("/mentions-legales", permission=PUBLIC)
def notice() -> str:
    return render_template("legal/notice.html", legal=town_book().town().legal)


@page.get("/donnees-personnelles", permission=PUBLIC)
def personal_data() -> str:
    town = town_book().town()
    return render_template("legal/personal_data.html", legal=town.legal, settings=town.portal_settings)


@page.get("/accessibilite", permission=PUBLIC)
def accessibility() -> str:
    return render_template("legal/accessibility.html", legal=town_book().town().legal, found=assessment())


@page.get("/aide", permission=PUBLIC)
def help_page() -> str:
    town = town_book().town()
    return render_template("legal/help.html", legal=town.legal, departments=town.departments)
