"""An imitation of the seven.io gateway, served over HTTP for tests and trials.

Nothing of the product imports it: a base URL alone chooses between it and the real
gateway. See docs/sandbox.md.
"""

from __future__ import annotations
