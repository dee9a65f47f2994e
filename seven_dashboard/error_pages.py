"""What Django's own error report may show: the development page, and mails."""

from __future__ import annotations

from collections.abc import ItemsView
from types import FrameType
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter


class KeylessReporterFilter(SafeExceptionReporterFilter):
    """Hides what is called a key, a token or a password, with DEBUG on as well.

    A development server may hold the key of a real account.
    """

    def is_active(self, request: HttpRequest | None) -> bool:
        return True

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        given = super().get_post_parameters(request)
        return {name: self.cleanse_setting(name, given[name]) for name in given}

    def get_traceback_frame_variables(
        self, request: HttpRequest | None, tb_frame: FrameType
    ) -> ItemsView[str, Any]:
        found = super().get_traceback_frame_variables(request, tb_frame)
        return {
            name: self.cleanse_setting(name, value) for name, value in found
        }.items()
