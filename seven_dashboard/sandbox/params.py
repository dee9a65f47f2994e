"""Read parameters from queries, forms and JSON bodies, PHP array spellings included.

Every write operation takes a form or a JSON body, and DELETE takes its parameters in
the query as well (gateway.md 0.4).
"""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qsl

Params = dict[str, object]

_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
_TRUE_WORDS = frozenset({"1", "true", "yes", "on"})


def from_pairs(text: str) -> Params:
    """Read an urlencoded text into nested values.

    ``a[]=1``, ``a[0]=1`` and a repeated ``a=1&a=2`` become lists, ``a[b]=1`` a dict.
    """
    result: Params = {}
    if not text:
        return result
    for key, value in parse_qsl(text, keep_blank_values=True):
        if "[" in key:
            _put_nested(result, key, value)
        elif key in result:
            _append(result, key, value)
        else:
            result[key] = value
    return {key: _as_lists(value) for key, value in result.items()}


def from_body(body: bytes, *, content_type: str, keeps_null: bool = False) -> Params:
    """Read a request body as JSON or as a form; what is neither gives nothing.

    The API takes null for what is left out; ``keeps_null`` lets it set a value.
    """
    if not body:
        return {}
    if "json" in content_type or body[:1] == b"{":
        found = _from_json(body)
        return {k: v for k, v in found.items() if keeps_null or v is not None}
    return from_pairs(body.decode("utf-8", "replace"))


def _from_json(body: bytes) -> Params:
    try:
        parsed = json.loads(body)
    except ValueError:
        return {}
    if not isinstance(parsed, dict):
        return {}
    return {str(key): value for key, value in parsed.items()}


def _append(result: Params, key: str, value: str) -> None:
    present = result[key]
    if isinstance(present, list):
        present.append(value)
    else:
        result[key] = [present, value]


def _put_nested(result: Params, key: str, value: str) -> None:
    name, _, rest = key.partition("[")
    steps = _BRACKETS.findall("[" + rest)
    if not steps:
        result[key] = value
        return
    node = result.get(name)
    if not isinstance(node, dict):
        node = {}
        result[name] = node
    for step in steps[:-1]:
        inner = node.get(step or str(len(node)))
        if not isinstance(inner, dict):
            inner = {}
            node[step or str(len(node))] = inner
        node = inner
    node[steps[-1] or str(len(node))] = value


def _as_lists(value: object) -> object:
    if not isinstance(value, dict):
        return value
    inner = {key: _as_lists(child) for key, child in value.items()}
    if all(str(key).isdigit() for key in inner):
        return list(inner.values())
    return inner


def text_of(value: object) -> str:
    """Return a scalar as text, the last of a list, and nothing for nothing."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, list):
        return text_of(value[-1]) if value else ""
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def list_of(value: object) -> list[str]:
    """Return a list from an array or from a text separated by commas."""
    if value is None:
        return []
    items = value if isinstance(value, list) else [value]
    found: list[str] = []
    for item in items:
        found.extend(part.strip() for part in text_of(item).split(","))
    return [item for item in found if item]


def is_true(value: object) -> bool:
    """Say whether a switch is on; clients send 1, "1", true and "true"."""
    return text_of(value).strip().lower() in _TRUE_WORDS


def whole(value: object, *, default: int) -> int:
    """Return a whole number, or the default for anything else."""
    try:
        return int(float(text_of(value)))
    except (ValueError, OverflowError):
        return default
