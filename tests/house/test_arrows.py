"""Imports go one way between the rooms and inside each app."""

from __future__ import annotations

import pytest

from tests.house.source import Import, imports, starts

APPS = ("accounts", "contacts", "messaging")
GATEWAY = "seven_dashboard.gateway"
SANDBOX = "seven_dashboard.sandbox"
# Modules of the frame that stand above the apps and may look down into them.
ABOVE = (
    "seven_dashboard.urls",
    "seven_dashboard.settings",
    "seven_dashboard.celery",
    "seven_dashboard.wsgi",
    "seven_dashboard.context_processors",
    "seven_dashboard.navigation",
    "seven_dashboard.styleguide",
    "seven_dashboard.management",
)
# Layer of an app to the layers of the same app that it must not import.
FORBIDDEN_LAYERS = {
    "models": ("services", "selectors", "views", "forms", "tasks", "urls"),
    "selectors": ("services", "views", "forms", "tasks", "urls"),
    "services": ("views", "forms", "tasks", "urls"),
    "tasks": ("views", "forms", "urls"),
    "forms": ("views", "tasks", "urls"),
    "views": ("urls",),
}


def offending(rule: object) -> list[str]:
    assert callable(rule)
    return [str(found) for found in imports() if rule(found)]


def test_gateway_client_knows_neither_django_nor_an_app() -> None:
    def breaks(found: Import) -> bool:
        foreign = starts(found.imported, "django", "celery", *APPS) or (
            starts(found.imported, "seven_dashboard")
            and not starts(found.imported, GATEWAY)
        )
        return starts(found.importer, GATEWAY) and foreign

    assert offending(breaks) == []


def test_sandbox_knows_only_the_signing_of_the_client() -> None:
    def breaks(found: Import) -> bool:
        ours = starts(found.imported, "seven_dashboard", *APPS)
        allowed = starts(found.imported, SANDBOX, f"{GATEWAY}.signing")
        return (
            starts(found.importer, SANDBOX)
            and ours
            and not allowed
            and found.imported != f"{GATEWAY}.signing"
        )

    assert offending(breaks) == []


def test_nobody_imports_the_sandbox_but_its_command() -> None:
    def breaks(found: Import) -> bool:
        own = starts(
            found.importer, SANDBOX, "seven_dashboard.management.commands.sandbox"
        )
        return starts(found.imported, SANDBOX) and not own

    assert offending(breaks) == []


@pytest.mark.parametrize(
    ("app", "higher"),
    [("accounts", ("contacts", "messaging")), ("contacts", ("messaging",))],
)
def test_lower_app_never_imports_a_higher_one(
    app: str, higher: tuple[str, ...]
) -> None:
    def breaks(found: Import) -> bool:
        return starts(found.importer, app) and starts(found.imported, *higher)

    assert offending(breaks) == []


def test_ground_below_the_apps_never_looks_up() -> None:
    def breaks(found: Import) -> bool:
        below = starts(found.importer, "seven_dashboard") and not starts(
            found.importer, *ABOVE
        )
        return below and starts(found.imported, *APPS)

    assert offending(breaks) == []


@pytest.mark.parametrize("app", APPS)
@pytest.mark.parametrize("layer", FORBIDDEN_LAYERS)
def test_layers_inside_an_app_go_one_way(app: str, layer: str) -> None:
    back = tuple(f"{app}.{name}" for name in FORBIDDEN_LAYERS[layer])

    def breaks(found: Import) -> bool:
        return starts(found.importer, f"{app}.{layer}") and starts(
            found.imported, *back
        )

    assert offending(breaks) == []


def test_requests_is_imported_in_the_transport_only() -> None:
    def breaks(found: Import) -> bool:
        return starts(found.imported, "requests") and not starts(
            found.importer, f"{GATEWAY}.transport"
        )

    assert offending(breaks) == []
