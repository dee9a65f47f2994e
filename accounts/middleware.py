"""What every request gets: a workspace, the person's language and time zone."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import SimpleLazyObject

from accounts.selectors import memberships
from accounts.services import people
from accounts.zones import names

Respond = Callable[[HttpRequest], HttpResponseBase]

# Reachable while there is nobody yet: events must not wait, and nothing to protect.
SEEN_EVERY_S = 60
OPEN_AT_FIRST_START = ("/setup/", "/webhooks/", "/language/", "/static/", "/theme/")


def activity(respond: Respond) -> Respond:
    """Note when somebody was last seen, once a minute.

    An open page asks for news every two seconds, and each of these would be a write.
    Another address or browser is noted at once.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        key = request.session.session_key
        if key and request.user.is_authenticated:
            agent = request.headers.get("User-Agent", "")
            where = f"{key}\n{request.META.get('REMOTE_ADDR', '')}\n{agent}"
            mark = hashlib.sha256(where.encode()).hexdigest()
            if cache.add(f"seen:{mark}", True, timeout=SEEN_EVERY_S):
                UserSession.objects.create_from_request(request)
        return respond(request)

    return middleware


def workspace(respond: Respond) -> Respond:
    def middleware(request: HttpRequest) -> HttpResponseBase:
        # Lazy: a page that needs no workspace asks no query for it.
        request.membership = SimpleLazyObject(  # type: ignore[attr-defined]
            lambda: memberships.current(request)
        )
        return respond(request)

    return middleware


def first_start(respond: Respond) -> Respond:
    """Lead every page to the set-up page while nobody has an account."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        is_elsewhere = not request.path.startswith(OPEN_AT_FIRST_START)
        # Who is signed in proves that there is somebody.
        if (
            is_elsewhere
            and not request.user.is_authenticated
            and people.is_first_start()
        ):
            return redirect(reverse("accounts:setup"))
        return respond(request)

    return middleware


def preferences(respond: Respond) -> Respond:
    """Speak the person's language and show times in their zone."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated:
            _use_language(request.user.language)
            _use_zone(request)
        try:
            return respond(request)
        finally:
            timezone.deactivate()

    return middleware


def _use_language(language: str) -> None:
    if language in dict(settings.LANGUAGES):
        translation.activate(language)


def _use_zone(request: HttpRequest) -> None:
    zone = getattr(request.user, "time_zone", "")
    if not zone:
        membership = memberships.current(request)
        zone = membership.workspace.time_zone if membership else ""
    if zone in names():
        timezone.activate(zone)
