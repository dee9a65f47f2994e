"""The operator's view into the tables: superusers only, secrets never shown."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.http import HttpRequest

from accounts.models import (
    AuditEntry,
    Connection,
    GatewayHook,
    Invitation,
    Membership,
    Poll,
    User,
    Workspace,
)

# Sign-in to the admin asks for the second factor too.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]


def _is_superuser(request: HttpRequest) -> bool:
    return request.user.is_active and request.user.is_superuser


admin.site.has_permission = _is_superuser  # type: ignore[method-assign]


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """Rows that only the product itself writes."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(admin.ModelAdmin[User]):
    list_display = ("email", "first_name", "last_name", "is_active", "last_login")
    search_fields = ("email",)
    ordering = ("email",)
    fields = (
        "email",
        "first_name",
        "last_name",
        "language",
        "time_zone",
        "is_active",
        "is_staff",
        "is_superuser",
        "last_login",
        "date_joined",
    )
    readonly_fields = ("last_login", "date_joined")

    def has_add_permission(self, request: HttpRequest) -> bool:
        # People come by invitation, or by the createsuperuser command.
        return False


class MembershipInline(admin.TabularInline[Membership, Workspace]):
    model = Membership
    extra = 0
    raw_id_fields = ("user",)


@admin.register(Workspace)
class WorkspaceAdmin(admin.ModelAdmin[Workspace]):
    list_display = ("name", "slug", "country", "created_at")
    search_fields = ("name", "slug")
    readonly_fields = ("created_at",)
    inlines = (MembershipInline,)


@admin.register(Connection)
class ConnectionAdmin(ReadOnlyAdmin):
    list_display = ("workspace", "state", "broken_code", "balance", "balance_at")
    list_filter = ("state",)
    exclude = ("api_key", "signing_key", "webhook_token")


@admin.register(GatewayHook)
class GatewayHookAdmin(ReadOnlyAdmin):
    list_display = ("connection", "event_type", "target_host", "is_ours", "seen_at")
    exclude = ("target",)


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = ("workspace", "email", "role", "expires_at", "accepted_at")
    exclude = ("token_hash",)


@admin.register(Poll)
class PollAdmin(ReadOnlyAdmin):
    list_display = ("connection", "kind", "due_at", "succeeded_at", "failures")
    list_filter = ("kind",)


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    list_display = ("at", "workspace", "actor", "action", "subject")
    list_select_related = ("workspace", "actor")
