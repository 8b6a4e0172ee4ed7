"""The links that choose between the usual pages and the « version simplifiée »."""

from flask import request

from gateway.pages.components.simple_version import BACK, SIMPLE, USUAL, choose
from gateway.permissions import PUBLIC
from gateway.routes import Answer, Pages, own_address

page = Pages("versions", __name__)


@page.get(SIMPLE, permission=PUBLIC)
def simple() -> Answer:
    return choose(simple=True, page=own_address(request.args.get(BACK, "")))


@page.get(USUAL, permission=PUBLIC)
def usual() -> Answer:
    return choose(simple=False, page=own_address(request.args.get(BACK, "")))
