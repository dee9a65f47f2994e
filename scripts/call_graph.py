"""Who refers to whom in the product's own code, read from its source.

A node is a function, class or variable at the top of a module: `("a.b", "name")`. It
refers to what its code names, also in tables like `{"sms": _sms}`. Names are followed
through imports; what is worked out at run time (`getattr`) is not seen.
"""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("seven_dashboard", "accounts", "contacts", "messaging")
Node = tuple[str, str]


@dataclass
class Module:
    """One source file: its top-level things and what its imports mean."""

    name: str
    tree: ast.Module
    is_package: bool
    things: dict[str, list[ast.AST]] = field(default_factory=dict)
    imported: dict[str, str] = field(default_factory=dict)


class Graph:
    """All modules of the product, and the references between their things."""

    def __init__(self, root: Path = ROOT) -> None:
        self.modules = {module.name: module for module in _read(root)}
        self.refers: dict[Node, set[Node]] = {}
        for module in self.modules.values():
            for name, parts in module.things.items():
                found = {n for part in parts for n in self.names_in(module, part)}
                self.refers[module.name, name] = found - {(module.name, name)}
        for module in self.modules.values():
            self._add_entries(module)

    def names_in(self, module: Module, part: ast.AST) -> Iterator[Node]:
        """Yield the nodes that a piece of code names."""
        for item in ast.walk(part):
            if isinstance(item, ast.Name | ast.Attribute):
                dotted = dotted_name(item)
                node = self._resolved(module, dotted) if dotted else None
                if node:
                    yield node

    def users(self, start: Iterable[Node], *, stops: set[Node]) -> dict[Node, Node]:
        """Return all that lead to some nodes, each with the node it leads to next.

        The walk goes no further up from a node of ``stops``.
        """
        back: dict[Node, set[Node]] = {}
        for user, used in self.refers.items():
            for node in used:
                back.setdefault(node, set()).add(user)
        found = {node: node for node in sorted(start)}
        queue = deque(found)
        while queue:
            node = queue.popleft()
            if node in stops:
                continue
            for user in sorted(back.get(node, ())):
                if user not in found:
                    found[user] = node
                    queue.append(user)
        return found

    def _add_entries(self, module: Module) -> None:
        """Take ``register(model, run)`` at the top of a module for what it registers.

        The variables that the called function keeps it in refer to it from then on.
        """
        for part in module.tree.body:
            if not isinstance(part, ast.Expr) or not isinstance(part.value, ast.Call):
                continue
            callee = self._resolved(module, dotted_name(part.value.func) or "")
            if callee is None:
                continue
            home = self.modules[callee[0]]
            given = {n for a in part.value.args for n in self.names_in(module, a)}
            for body in home.things.get(callee[1], []):
                for kept in self.names_in(home, body):
                    if kept[0] == home.name and kept != callee:
                        self.refers.setdefault(kept, set()).update(given)

    def _resolved(self, module: Module, dotted: str, depth: int = 0) -> Node | None:
        """Return the node that a dotted name of a module means, if it is ours."""
        head, _, rest = dotted.partition(".")
        if head in module.things:
            return module.name, head
        target = module.imported.get(head)
        if target is None or depth > 8:
            return None
        return self._found(f"{target}.{rest}" if rest else target, depth)

    def _found(self, dotted: str, depth: int) -> Node | None:
        parts = dotted.split(".")
        for size in range(len(parts), 0, -1):
            home = self.modules.get(".".join(parts[:size]))
            if home is not None and size < len(parts):
                rest = ".".join(parts[size:])
                return self._resolved(home, rest, depth + 1)
        return None


def dotted_name(item: ast.AST) -> str | None:
    """Return "a.b.c" for a chain of names, None for anything else."""
    if isinstance(item, ast.Name):
        return item.id
    if isinstance(item, ast.Attribute):
        before = dotted_name(item.value)
        return f"{before}.{item.attr}" if before else None
    return None


def _read(root: Path) -> Iterator[Module]:
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            if "migrations" in path.parts:
                continue
            parts = list(path.relative_to(root).with_suffix("").parts)
            is_package = parts[-1] == "__init__"
            if is_package:
                parts.pop()
            tree = ast.parse(path.read_text(encoding="utf-8"))
            module = Module(".".join(parts), tree, is_package)
            _note_things(module)
            _note_imports(module)
            yield module


def _note_things(module: Module) -> None:
    for part in module.tree.body:
        names: list[str] = []
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names = [part.name]
        elif isinstance(part, ast.Assign):
            names = [t.id for t in part.targets if isinstance(t, ast.Name)]
        elif isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name):
            names = [part.target.id]
        for name in names:
            module.things.setdefault(name, []).append(part)


def _note_imports(module: Module) -> None:
    for item in ast.walk(module.tree):
        if isinstance(item, ast.Import):
            for alias in item.names:
                module.imported[alias.asname or alias.name] = alias.name
        elif isinstance(item, ast.ImportFrom) and item.module and not item.level:
            for alias in item.names:
                known = alias.asname or alias.name
                module.imported[known] = f"{item.module}.{alias.name}"
