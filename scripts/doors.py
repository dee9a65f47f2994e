"""The doors of the product: its pages, jobs and commands, by the code behind them."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from scripts.call_graph import Node

SWEEP = "contacts.tasks.sweep_works"


@dataclass(frozen=True)
class Page:
    name: str
    route: str


@dataclass(frozen=True)
class Job:
    """``words`` tell its rhythm, "" when it has none."""

    name: str
    words: str


@dataclass(frozen=True)
class Command:
    name: str


Door = Page | Job | Command


def all_doors() -> dict[Node, Door]:
    """Return every door by the function or class that it opens."""
    return {**dict(_pages()), **dict(_jobs()), **dict(_commands())}


def _pages() -> Iterator[tuple[Node, Page]]:
    from django.urls import get_resolver

    def walk(patterns: Any, prefix: str, space: str) -> Iterator[tuple[Node, Page]]:
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if hasattr(pattern, "url_patterns"):
                inner = pattern.namespace or space
                yield from walk(pattern.url_patterns, route, inner)
            elif pattern.name:
                name = f"{space}:{pattern.name}" if space else pattern.name
                view = pattern.callback
                yield (view.__module__, view.__name__), Page(name, route)

    yield from walk(get_resolver().url_patterns, "", "")


def _jobs() -> Iterator[tuple[Node, Job]]:
    from django.conf import settings

    from seven_dashboard.celery import app

    app.loader.import_default_modules()
    rhythms = {
        entry["task"]: _rhythm(entry["schedule"])
        for entry in settings.CELERY_BEAT_SCHEDULE.values()
    }
    for name, task in app.tasks.items():
        # The sweep of works knows them all and rings for them; it does none itself.
        if _is_ours(name) and name != SWEEP:
            run = inspect.unwrap(task.run)
            node = (run.__module__, run.__name__)
            yield node, Job(name, rhythms.get(name, ""))


def _is_ours(dotted: str) -> bool:
    return dotted.split(".")[0] in ("accounts", "contacts", "messaging")


def _rhythm(schedule: Any) -> str:
    seconds = isinstance(schedule, float | int)
    return f", every {schedule:g} s" if seconds else ", at fixed times"


def _commands() -> Iterator[tuple[Node, Command]]:
    from django.core.management import get_commands

    for name, package in get_commands().items():
        if _is_ours(str(package)):
            yield (f"{package}.management.commands.{name}", "Command"), Command(name)


@cache
def kinds_of_work() -> dict[Node, str]:
    """Return what kind of work a function does, by the register of works."""
    from contacts.tasks import WORKS

    return {
        (run.__module__, run.__name__): model.KIND.replace("_", " ")
        for model, run in WORKS
    }
