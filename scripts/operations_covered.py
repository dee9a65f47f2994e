"""Write docs/operations-covered.md: how each operation of the gateway is reached.

    python scripts/operations_covered.py            write the page
    python scripts/operations_covered.py --check    say what is missing or stale

Read from the code: operation, client method, the functions that call it, and the pages,
jobs and commands that lead to those. A job is where the way ends: which page rings for
it is told by the page itself.
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import django

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts import wishes  # noqa: E402
from scripts.call_graph import Graph, Module, Node, dotted_name  # noqa: E402
from scripts.doors import (  # noqa: E402
    Command,
    Door,
    Job,
    Page,
    all_doors,
    kinds_of_work,
)
from seven_dashboard.gateway.client import OPERATIONS, SevenClient  # noqa: E402

PAGE = ROOT / "docs" / "operations-covered.md"
SPECIFIED = ROOT / "tests" / "house" / "operations.json"
MOST_WAYS = 4
HEAD = """\
# Operations of the gateway, and how each is reached

Written by `scripts/operations_covered.py` from the code; a test says when it is stale.
Of pages the nearest are listed, of jobs the task and its rhythm or what rings for it.

| operation | request | client | called by | reached by |
| --- | --- | --- | --- | --- |
"""


class Way(NamedTuple):
    """A door to an operation: pages first, then jobs, then commands."""

    rank: int
    steps: int
    words: str


@dataclass(frozen=True)
class Covered:
    """One operation; without a way nobody can reach it."""

    operation: str
    request: str
    method: str
    callers: list[str]
    ways: list[str]


def covered() -> list[Covered]:
    """Return every operation of the specification with its ways, in their order."""
    graph, doors = Graph(), all_doors()
    for beginner, acts in wishes.agreed(graph).items():
        graph.refers[beginner] |= acts
    direct = _direct_users(graph)
    requests: dict[str, str] = json.loads(SPECIFIED.read_text(encoding="utf-8"))
    found = []
    for operation, request in requests.items():
        resource, method = OPERATIONS[operation]
        start = direct.get((resource, method), set())
        found.append(
            Covered(
                operation,
                request,
                f"{resource}.{method}",
                sorted(".".join(node) for node in start),
                _ways(graph, start, doors),
            )
        )
    return found


def written(found: list[Covered]) -> str:
    """Return the page."""
    lines = [
        f"| {one.operation} | `{one.request}` | `{one.method}` "
        f"| {_listed(one.callers)} | {'<br>'.join(one.ways) or '**no way**'} |"
        for one in found
    ]
    return HEAD + "\n".join(lines) + "\n"


def _listed(names: list[str]) -> str:
    return "<br>".join(f"`{name}`" for name in names)


def _ways(graph: Graph, start: set[Node], doors: dict[Node, Door]) -> list[str]:
    tasks = {node for node, door in doors.items() if isinstance(door, Job)}
    next_steps = graph.users(start, stops=tasks)
    found = []
    for node in doors.keys() & next_steps.keys():
        path, door = _path(next_steps, node), doors[node]
        if isinstance(door, Page) and wishes.TABLE in path:
            # It works on errands of all kinds and asks for none.
            continue
        if isinstance(door, Job):
            words = door.words or _kind_of(path) or _rung_by(graph, node, doors)
            found.append(Way(1, len(path), f"job `{door.name}`{words}"))
        elif isinstance(door, Page):
            found.append(Way(0, len(path), f"page `/{door.route}` ({door.name})"))
        else:
            found.append(Way(2, len(path), f"command `{door.name}`"))
    shown = list(dict.fromkeys(way.words for way in sorted(found)))
    more = len(shown) - MOST_WAYS
    return [*shown[:MOST_WAYS], f"and {more} more"] if more > 0 else shown


def _path(next_steps: dict[Node, Node], node: Node) -> list[Node]:
    path = [node]
    while next_steps[path[-1]] != path[-1]:
        path.append(next_steps[path[-1]])
    return path


def _kind_of(path: list[Node]) -> str:
    """Say which kind of work the way goes through, "" when it is none."""
    kinds = [kind for node in path if (kind := kinds_of_work().get(node))]
    return f", {kinds[0]}" if kinds else ""


def _rung_by(graph: Graph, task: Node, doors: dict[Node, Door]) -> str:
    """Say which page, or job with a rhythm, is the nearest to ring for a task."""
    next_steps = graph.users([task], stops=set())
    near = [
        (len(_path(next_steps, node)), door.name)
        for node, door in doors.items()
        if node in next_steps and node != task and not isinstance(door, Command)
        if isinstance(door, Page) or door.words
    ]
    return f", rung by {min(near)[1]}" if near else ""


def _direct_users(graph: Graph) -> dict[tuple[str, str], set[Node]]:
    """Return the functions that call each client method, also by a method on top."""
    client = SevenClient(base_url="http://127.0.0.1:1/api", api_key="none")
    meanings = {}
    for resource in {resource for resource, _method in OPERATIONS.values()}:
        meanings[resource] = _methods_under(graph, getattr(client, resource))
    found: dict[tuple[str, str], set[Node]] = {}
    for module in graph.modules.values():
        if module.name.startswith("seven_dashboard"):
            continue
        for name, parts in module.things.items():
            for resource, method in _calls(parts):
                for under in meanings.get(resource, {}).get(method, ()):
                    found.setdefault((resource, under), set()).add((module.name, name))
    return found


def _methods_under(graph: Graph, resource: Any) -> dict[str, set[str]]:
    """Return, for each method of a resource, the methods that it comes down to."""
    kind = type(resource)
    module: Module = graph.modules[kind.__module__]
    (body,) = module.things[kind.__name__]
    uses = {
        part.name: {
            item.attr
            for item in ast.walk(part)
            if isinstance(item, ast.Attribute) and dotted_name(item.value) == "self"
        }
        for part in getattr(body, "body", [])
        if isinstance(part, ast.FunctionDef)
    }
    return {name: _closed(uses, name) for name in uses}


def _closed(uses: dict[str, set[str]], name: str) -> set[str]:
    found, waiting = set[str](), [name]
    while waiting:
        at = waiting.pop()
        if at in uses and at not in found:
            found.add(at)
            waiting += uses[at]
    return found


def _calls(parts: list[ast.AST]) -> Iterator[tuple[str, str]]:
    """Yield resource and method of what is named on a client in a piece of code."""
    for part in parts:
        named = dict(_named_resources(part))
        for item in ast.walk(part):
            if not isinstance(item, ast.Attribute):
                continue
            owner = item.value
            if isinstance(owner, ast.Name) and owner.id in named:
                yield named[owner.id], item.attr
            elif isinstance(owner, ast.Attribute) and _is_resource(owner):
                yield owner.attr, item.attr


def _named_resources(part: ast.AST) -> Iterator[tuple[str, str]]:
    """Yield the names that a piece of code gives to resources of a client."""
    for item in ast.walk(part):
        if not isinstance(item, ast.Assign):
            continue
        if isinstance(item.value, ast.Attribute) and _is_resource(item.value):
            for target in item.targets:
                if isinstance(target, ast.Name):
                    yield target.id, item.value.attr


def _is_resource(item: ast.Attribute) -> bool:
    """Say that a piece of code is an attribute of a client."""
    owner = item.value
    called = owner.func if isinstance(owner, ast.Call) else owner
    name = (dotted_name(called) or "").rpartition(".")[2]
    return "client" in name


def main() -> int:
    """Write the page, or say what is wrong with it."""
    django.setup()
    found = covered()
    missing = [one.operation for one in found if not one.ways]
    for operation in missing:
        sys.stdout.write(f"no way leads to {operation}\n")
    text = written(found)
    if "--check" not in sys.argv:
        PAGE.write_text(text, encoding="utf-8")
        return 1 if missing else 0
    is_stale = not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != text
    if is_stale:
        sys.stdout.write(f"{PAGE.name} is stale: run this without --check\n")
    return 1 if missing or is_stale else 0


if __name__ == "__main__":
    sys.exit(main())
