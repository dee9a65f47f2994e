"""The table of texts that browser, server and sandbox must agree on.

``text`` is made of pieces and how often each is repeated; ``plain``, where it is given,
is what replacing all that can be replaced makes of it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

VECTORS: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("vectors.json").read_text(encoding="utf-8")
)
PLAIN = [vector for vector in VECTORS if "plain" in vector]


def text_of(vector: dict[str, Any]) -> str:
    return "".join(piece * times for piece, times in vector["text"])
