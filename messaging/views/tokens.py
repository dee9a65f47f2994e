"""The buttons that write a variable into a text."""

from __future__ import annotations

from django.utils.translation import pgettext

from accounts.models import Workspace
from messaging.models import Campaign
from messaging.selectors import variables


def tokens_of(
    workspace: Workspace, campaign: Campaign | None = None
) -> list[dict[str, str]]:
    """Return what each button writes; a greeting needs something for the nameless."""
    somebody = pgettext("stands for a missing first name", "there")
    defaults = {"firstname": f"|{somebody}"}
    return [
        {
            "label": str(variable.label),
            "text": f"{{{{ {variable.name}{defaults.get(variable.name, '')} }}}}",
        }
        for variable in variables.known(workspace, campaign)
    ]
