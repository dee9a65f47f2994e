from __future__ import annotations

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "messaging"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let segments, which know nothing of messages, ask about them."""
        from contacts.selectors import segments
        from messaging.selectors import segment_fields

        segments.register(segment_fields.fields)
