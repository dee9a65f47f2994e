"""Forms with PHP's nesting: `data[id]=1&data[payload][name]=x` becomes an object."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import parse_qsl

_NAME: Final = re.compile(r"(?P<head>[^\[\]]+)(?P<rest>(?:\[[^\[\]]*\])*)")
_KEY: Final = re.compile(r"\[([^\[\]]*)\]")


class NestingInvalid(ValueError):
    """Say that a form holds too much, or contradicts itself."""


def load_form(encoded: str, *, max_fields: int, max_depth: int) -> dict[str, Any]:
    """Return the object that a form spells, or raise NestingInvalid.

    Every value is text. A name that is no proper nesting is left out.
    """
    pairs = _pairs(encoded, max_fields=max_fields)
    tree: dict[str, Any] = {}
    for name, value in pairs:
        found = _NAME.fullmatch(name)
        if not found:
            continue
        path = [found["head"], *_KEY.findall(found["rest"])]
        if len(path) > max_depth:
            raise NestingInvalid
        _plant(tree, path, value)
    return tree


def _pairs(encoded: str, *, max_fields: int) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            encoded, keep_blank_values=True, errors="replace", max_num_fields=max_fields
        )
    except ValueError:
        pass
    raise NestingInvalid


def _plant(tree: dict[str, Any], path: list[str], value: str) -> None:
    *branches, leaf = path
    for key in branches:
        branch = tree.setdefault(key or str(len(tree)), {})
        if not isinstance(branch, dict):
            raise NestingInvalid
        tree = branch
    leaf = leaf or str(len(tree))
    if isinstance(tree.get(leaf), dict):
        raise NestingInvalid
    tree[leaf] = value
