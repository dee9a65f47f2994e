from __future__ import annotations

from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "messaging"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Tell the rooms below, which know nothing of messages, what to ask of us."""
        from contacts import usage
        from contacts.selectors import segments
        from messaging import alert_words
        from messaging.selectors import audience_words, segment_fields

        segments.register(segment_fields.fields)
        usage.register(audience_words.needing)
        alert_words.register()
