"""What must be there before anything is sent."""

from __future__ import annotations

from accounts.services.standing import working as working_connection

__all__ = ["working_connection"]
