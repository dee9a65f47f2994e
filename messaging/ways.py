"""How an answer goes out: the channel, and the number or agent it comes from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Way:
    """A sender of ours on a channel; an empty one is the account's own."""

    channel: str
    sender: str

    @property
    def word(self) -> str:
        """Return it as a form posts it."""
        return f"{self.channel}:{self.sender}"

    @property
    def shown(self) -> str:
        """Return the sender as a page shows it: a number with its plus."""
        return f"+{self.sender}" if self.sender.isdigit() else self.sender
