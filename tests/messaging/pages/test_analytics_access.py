"""Who may see what was sent and what it cost: every member, and nobody else."""

from __future__ import annotations

from accounts.rights import Right
from tests.access import ViewAccess

GET = ("get",)


class TestCountries(ViewAccess):
    url_name, right = "messaging:analytics_countries", Right.READ
    methods = GET


class TestLabels(ViewAccess):
    url_name, right, methods = "messaging:analytics_labels", Right.READ, GET


class TestSubaccounts(ViewAccess):
    url_name, right = "messaging:analytics_subaccounts", Right.READ
    methods = GET


class TestMoney(ViewAccess):
    url_name, right, methods = "messaging:analytics_money", Right.READ, GET


class TestCompared(ViewAccess):
    url_name, right, methods = "messaging:analytics_compared", Right.READ, GET
