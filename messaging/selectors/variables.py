"""The variables that the text of a campaign may use."""

from __future__ import annotations

from accounts.models import Workspace
from contacts import columns
from contacts.reading.tables import Layout
from contacts.selectors import fields
from contacts.selectors.fields import Variable
from messaging.models import Campaign, NumberList

# A name is taken apart; the other targets of a column are variables by their name.
_PARTS = {columns.FULL_NAME: ("firstname", "lastname")}


def known(workspace: Workspace, campaign: Campaign | None = None) -> list[Variable]:
    """Return those of contacts, then those that only the campaign's lists have."""
    found = fields.variables(workspace)
    if campaign is None:
        return found
    names = {variable.name for variable in found}
    for source in campaign.number_lists.all():
        for variable in of_list(source):
            if variable.name not in names:
                names.add(variable.name)
                found.append(variable)
    return found


def names(workspace: Workspace, campaign: Campaign | None = None) -> list[str]:
    """Return the names of ``known``."""
    return [variable.name for variable in known(workspace, campaign)]


def of_list(source: NumberList) -> list[Variable]:
    """Return what the columns of a list are as variables, with their headings."""
    if not source.mapping:
        return []
    header = Layout(**source.layout).header
    found = []
    for at, target in source.mapping.items():
        if target in columns.NUMBERS:
            continue
        heading = header[int(at)] if int(at) < len(header) else ""
        for name in _PARTS.get(target, (target.removeprefix(columns.CUSTOM),)):
            found.append(Variable(name, heading or name, heading or name))
    return found
