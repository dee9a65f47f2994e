from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models exist only now.
        from accounts import task_log  # noqa: F401
        from accounts.selectors import system
        from seven_dashboard import health

        health.add_figure(
            "seven_connections_broken",
            "Workspaces whose key the gateway refuses",
            system.broken_connections,
        )
        health.add_figure(
            "seven_polls_failing",
            "Pollings of the gateway that failed at their last try",
            system.failing_polls,
        )
