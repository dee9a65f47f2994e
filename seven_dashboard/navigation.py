"""The one list of pages: side navigation, bottom bar and command palette.

An entry whose URL name does not exist yet is left out, so a later page needs only
its line here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from accounts import rights
from accounts.rights import Right


@dataclass(frozen=True)
class Entry:
    """One page: what it is called, where it is, what stands beneath it."""

    label: object
    url_name: str
    icon: str
    # Prefixes of url names that belong to this entry besides its own.
    owns: tuple[str, ...] = ()
    children: tuple[Entry, ...] = ()
    is_in_bottom_bar: bool = False
    # Seldom needed: in the side navigation only while one is there. The palette and a
    # menu of the page above lead to it.
    is_seldom: bool = False
    # What a member needs to be offered it; None: nothing but being signed in.
    right: Right | None = None
    # Of the palette: the parameter that takes what was typed, which fits a pattern.
    takes: str = ""
    pattern: str = ""
    # Filled for one request.
    url: str = ""
    is_current: bool = False
    is_open: bool = False
    count: int = field(default=0, compare=False)


PAGES: tuple[Entry, ...] = (
    Entry(_("Home"), "home", "home", is_in_bottom_bar=True),
    Entry(
        _("Inbox"),
        "messaging:inbox",
        "inbox",
        owns=("messaging:inbox", "messaging:conversation", "messaging:note"),
        is_in_bottom_bar=True,
        children=(
            Entry(
                _("Saved answers"),
                "messaging:saved_answer_list",
                "notebook",
                owns=("messaging:saved_answer",),
                is_seldom=True,
            ),
        ),
    ),
    Entry(
        _("Campaigns"),
        "messaging:campaign_list",
        "send",
        owns=("messaging:campaign", "messaging:message"),
        is_in_bottom_bar=True,
        children=(
            Entry(
                _("Templates"),
                "messaging:template_list",
                "file-text",
                owns=("messaging:template",),
            ),
        ),
    ),
    Entry(
        _("Contacts"),
        "contacts:contact_list",
        "users",
        owns=("contacts:contact", "contacts:merge"),
        is_in_bottom_bar=True,
        children=(
            Entry(
                _("Groups"),
                "contacts:group_list",
                "users-group",
                owns=("contacts:group",),
            ),
            Entry(
                _("Segments"),
                "contacts:segment_list",
                "filter",
                owns=("contacts:segment",),
            ),
            Entry(
                _("Imports"),
                "contacts:import_list",
                "file-import",
                owns=("contacts:import",),
            ),
            Entry(
                _("Lookups"),
                "contacts:lookup_list",
                "antenna",
                owns=("contacts:lookup",),
            ),
            Entry(
                _("Opt-outs"),
                "contacts:opt_out_list",
                "user-off",
                owns=("contacts:opt_out",),
            ),
            Entry(
                _("Duplicates"),
                "contacts:duplicate_list",
                "copy",
                owns=("contacts:duplicate",),
                is_seldom=True,
            ),
            Entry(
                _("Fields"),
                "contacts:field_list",
                "tag",
                owns=("contacts:field",),
                is_seldom=True,
            ),
            Entry(
                _("Address book"),
                "contacts:sync_overview",
                "address-book",
                owns=("contacts:sync",),
                is_seldom=True,
            ),
            Entry(
                _("Exports"),
                "contacts:export_list",
                "file-spreadsheet",
                owns=("contacts:export",),
                is_seldom=True,
                right=Right.EDIT_CONTACTS,
            ),
            Entry(
                _("Bulk changes"),
                "contacts:bulk_list",
                "list-check",
                owns=("contacts:bulk",),
                is_seldom=True,
            ),
        ),
    ),
    Entry(
        _("Analytics"),
        "messaging:analytics",
        "chart-bar",
        owns=("messaging:analytics",),
        is_in_bottom_bar=True,
    ),
    Entry(
        _("Journal"),
        "messaging:journal",
        "notebook",
        owns=("messaging:journal",),
        children=(
            Entry(_("Calls"), "messaging:call_list", "phone", owns=("messaging:call",)),
            Entry(
                _("Events"),
                "messaging:event_list",
                "webhook",
                owns=("messaging:event",),
                is_seldom=True,
            ),
        ),
    ),
    Entry(_("Prices"), "accounts:prices", "coins", owns=("accounts:price",)),
    Entry(
        _("Account"),
        "accounts:overview",
        "settings",
        children=(
            Entry(
                _("Connection"),
                "accounts:connection",
                "plug",
                owns=("accounts:connection", "accounts:hook_register"),
            ),
            Entry(
                _("Numbers"),
                "accounts:number_list",
                "hash",
                owns=("accounts:number",),
            ),
            Entry(
                _("Subaccounts"),
                "accounts:subaccount_list",
                "stack-2",
                owns=("accounts:subaccount",),
            ),
            Entry(
                _("Webhooks"),
                "accounts:hook_list",
                "webhook",
                owns=("accounts:hook",),
                is_seldom=True,
            ),
            Entry(_("Alerts"), "accounts:alert_list", "bell", owns=("accounts:alert",)),
            Entry(
                _("Team"),
                "accounts:team",
                "user-circle",
                owns=("accounts:member", "accounts:invitation", "accounts:team"),
            ),
            Entry(
                _("Sending rules"),
                "messaging:rules_edit",
                "adjustments-horizontal",
                owns=("messaging:rules", "messaging:country_limit"),
            ),
            Entry(
                _("Stop words"),
                "messaging:stop_words",
                "ban",
                owns=("messaging:stop_word",),
                is_seldom=True,
            ),
            Entry(
                _("Caller numbers"),
                "messaging:caller_list",
                "phone-call",
                owns=("messaging:caller",),
                is_seldom=True,
            ),
            Entry(
                _("Workspace"),
                "accounts:workspace",
                "building",
                owns=("accounts:workspace",),
            ),
            Entry(_("Changes"), "accounts:audit", "history", right=Right.SEE_AUDIT),
            Entry(_("System"), "accounts:system", "server-2"),
        ),
    ),
)
ACTIONS: tuple[Entry, ...] = (
    Entry(_("New campaign"), "messaging:campaign_create", "plus", right=Right.SEND),
    Entry(
        _("Send a message"), "messaging:quick_send_number", "send-2", right=Right.SEND
    ),
    Entry(
        _("New contact"),
        "contacts:contact_create",
        "user-plus",
        right=Right.EDIT_CONTACTS,
    ),
    Entry(
        _("Import contacts"),
        "contacts:import_create",
        "file-import",
        right=Right.EDIT_CONTACTS,
    ),
    Entry(
        _("New group"),
        "contacts:group_create",
        "users-group",
        right=Right.EDIT_CONTACTS,
    ),
    Entry(
        _("Look up numbers"),
        "contacts:lookup_create",
        "antenna",
        right=Right.EDIT_CONTACTS,
    ),
    Entry(
        _("New segment"),
        "contacts:segment_create",
        "filter",
        right=Right.EDIT_CONTACTS,
    ),
    Entry(_("Your settings"), "accounts:personal", "user-circle"),
    Entry(_("Two-factor sign-in"), "mfa_index", "shield-lock"),
    Entry(_("Change password"), "account_change_password", "password"),
    Entry(_("Sessions"), "usersessions_list", "devices"),
)

# What the palette offers for words that name no page.
TYPED: tuple[Entry, ...] = (
    Entry(
        _("Send a message to"),
        "messaging:quick_send_number",
        "send-2",
        right=Right.SEND,
        takes="to",
        pattern=r"^[+0-9][0-9 ()\/.\-]{4,39}$",
    ),
    Entry(_("Search contacts for"), "contacts:contact_list", "search", takes="q"),
)


def address(url_name: str) -> str:
    """Return the path of a URL name, or "" when no such page exists."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


@dataclass(frozen=True)
class Shown:
    """For whom, and on which page, the entries are shown."""

    role: str = ""
    # The URL name of the shown page, with its namespace.
    current: str = ""
    counts: dict[str, int] = field(default_factory=dict)


def entries(wanted: tuple[Entry, ...], shown: Shown) -> list[Entry]:
    """Return the entries that exist and that the person's role may open."""
    found = (_resolve(entry, shown) for entry in wanted)
    return [entry for entry in found if entry is not None]


def _resolve(entry: Entry, shown: Shown) -> Entry | None:
    if entry.right and not rights.allows(shown.role, entry.right):
        return None
    children = entries(entry.children, shown)
    url = address(entry.url_name) or (children[0].url if children else "")
    if not url:
        return None
    is_inside = shown.current == entry.url_name or any(
        shown.current == name or shown.current.startswith(f"{name}_")
        for name in entry.owns
    )
    is_child_current = any(child.is_open for child in children)
    return replace(
        entry,
        url=url,
        children=tuple(children),
        is_open=is_inside or is_child_current,
        is_current=is_inside and not is_child_current,
        count=shown.counts.get(entry.url_name, 0),
    )


def flat(found: list[Entry]) -> Iterator[Entry]:
    """Yield entries and their children in reading order."""
    for entry in found:
        yield entry
        yield from entry.children
