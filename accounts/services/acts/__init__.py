"""What each kind of errand does at the gateway."""

from __future__ import annotations

from typing import Final

from accounts.models import Errand
from accounts.services.acts import credit, numbers, renting, subaccounts
from accounts.services.acts.base import Act

__all__ = ["ACTS", "Act"]

Kind = Errand.Kind

ACTS: Final[dict[str, Act]] = {
    Kind.ORDER: renting.ORDER,
    Kind.GIVE_UP: renting.GIVE_UP,
    Kind.RENAME: numbers.RENAME,
    Kind.FORWARD: numbers.FORWARD,
    Kind.CREATE: subaccounts.CREATE,
    Kind.DELETE: subaccounts.DELETE,
    Kind.TRANSFER: credit.TRANSFER,
    Kind.TOP_UP: credit.TOP_UP,
}
