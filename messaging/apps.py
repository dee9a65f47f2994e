from __future__ import annotations

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "messaging"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell contacts, which knows nothing of messages, what it has to ask of us."""
        from contacts import usage
        from contacts.selectors import segments
        from messaging.selectors import audience_words, segment_fields

        segments.register(segment_fields.fields)
        usage.register(audience_words.needing)
