"""Show a service's refusal where it belongs."""

from __future__ import annotations

from typing import Final

from django import forms
from django.utils.translation import gettext_lazy

from seven_dashboard.errors import Refused

HOOK_LEFT: Final = gettext_lazy(
    "Our webhook could not be removed at the gateway. Remove it there."
)


def add_to(form: forms.Form, refused: Refused) -> None:
    """Put the sentence beside the field it is about, or above the form."""
    field = refused.field if refused.field in form.fields else None
    form.add_error(field, str(refused))
