"""Who agrees to what an errand does: the way from a page to an act at the gateway.

Which act an errand does is only known when it runs, by its kind: `ACTS[errand.kind]`.
Whoever begins one names the kind, and so leads to that act alone.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from scripts.call_graph import Graph, Module, Node, dotted_name

# Everything that works on errands of all kinds goes through this table.
TABLE: Node = ("accounts.services.acts", "ACTS")
BEGINS: Node = ("accounts.services.wishes", "begin")
# Of a wish: kinds that it must wait for, which it does not begin.
WAITS_FOR = "not_beside"


def agreed(graph: Graph) -> dict[Node, set[Node]]:
    """Return the acts that each function begins by the kind that it names."""
    acts = _acts_by_kind(graph)
    beginners = graph.users([BEGINS], stops=set())
    found: dict[Node, set[Node]] = {}
    for module in graph.modules.values():
        for name, parts in module.things.items():
            if (module.name, name) in beginners:
                kinds = {kind for part in parts for kind in _kinds_in(part)}
                begun = {acts[kind] for kind in kinds if kind in acts}
                if begun:
                    found[module.name, name] = begun
    return found


def _acts_by_kind(graph: Graph) -> dict[str, Node]:
    """Read the table: `Kind.ORDER: renting.ORDER` leads from "ORDER" to that act."""
    module = graph.modules[TABLE[0]]
    return {
        key.attr: node
        for part in module.things[TABLE[1]]
        for table in ast.walk(part)
        if isinstance(table, ast.Dict)
        for key, value in zip(table.keys, table.values, strict=True)
        if isinstance(key, ast.Attribute)
        for node in _first(graph, module, value)
    }


def _first(graph: Graph, module: Module, value: ast.AST) -> list[Node]:
    return list(graph.names_in(module, value))[:1]


def _kinds_in(part: ast.AST) -> Iterator[str]:
    """Yield the kinds that are named as `Kind.ORDER`, but for those waited for."""
    if isinstance(part, ast.keyword) and part.arg == WAITS_FOR:
        return
    if isinstance(part, ast.Attribute) and dotted_name(part.value) == "Kind":
        yield part.attr
    for child in ast.iter_child_nodes(part):
        yield from _kinds_in(child)
