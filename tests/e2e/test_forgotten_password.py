"""A program has a forgotten user name and password mailed; by page, scenario S02 plays it."""

import re

import pytest

from tests.e2e.journeys.spaces import PASSWORD, logged_in, new_space
from tests.e2e.people import visitor
from tests.portal import Portal

pytestmark = pytest.mark.e2e

ANOTHER = "trois canards au bord du lac"
RESET_LINK = re.compile(r"https?://\S+/nouveau-mot-de-passe/[^\s>\"]+")


def test_a_program_has_the_user_name_mailed_and_chooses_another_password(portal: Portal) -> None:
    space, someone = new_space(portal), visitor(portal)
    username, mails = space.username, space.mails

    someone.do("POST", "/accounts/username-reminders", {"email": mails.address})
    assert username in mails.next("Votre nom d’utilisateur")["text"]

    someone.do("POST", "/accounts/password-resets", {"identifier": username})
    found = RESET_LINK.search(mails.next("Choisissez un nouveau mot de passe")["text"])
    assert found
    token = found[0].rpartition("/")[2]
    offer = someone.do("POST", "/accounts/password-resets/link", {"token": token})
    assert (offer["username"], offer["second_factor"]) == (username, False)
    someone.do("POST", "/accounts/password-resets/completion", {"token": token, "password": ANOTHER})
    again = someone.refused("POST", "/accounts/password-resets/completion", {"token": token, "password": PASSWORD})
    assert again["code"] == "reset_link_used"
    assert logged_in(portal, username, ANOTHER).get("/profile")["contact"]["email"] == mails.address
