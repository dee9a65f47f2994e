"""What counts as brought about by a message: the last one that a person had got.

A reply, a STOP or an opt-out belongs to the last message before it, if that is no older
than ``WINDOW``. So nothing is counted for two campaigns. Clicks need no such rule: the
gateway says whose link it was.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

WINDOW: Final = timedelta(days=7)
# The gateway's clock and ours differ, and it counts whole seconds.
CLOCKS: Final = timedelta(seconds=5)
