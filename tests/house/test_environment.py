from __future__ import annotations

import ast

from tests.house.source import module_name, python_files

READERS = {"seven_dashboard.env"}
# These start processes and must hand an environment on.
STARTERS = ("seven_dashboard.embedded", "seven_dashboard.supervisor")


def _reads_environment(source: str) -> bool:
    return any(
        isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
        for node in ast.walk(ast.parse(source))
    )


def test_only_env_reads_the_environment() -> None:
    readers = {
        module_name(path)
        for path in python_files()
        if _reads_environment(path.read_text(encoding="utf-8"))
    }
    # setdefault of DJANGO_SETTINGS_MODULE is how Django is started.
    doors = {"seven_dashboard.celery", "seven_dashboard.wsgi"}
    others = {
        name for name in readers - READERS - doors if not name.startswith(STARTERS)
    }
    assert others == set()
