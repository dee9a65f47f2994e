"""Change contacts: by hand, one or several."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Workspace
from accounts.services import audit
from contacts import phone as phones
from contacts.models import Contact
from contacts.number_forms import twin
from contacts.selectors import own_keys
from seven_dashboard import seen as pages
from seven_dashboard.errors import Refused

# Fields that a person edits; the number is handled on its own.
FIELDS = (
    "firstname",
    "lastname",
    "company",
    "email",
    "home_phone",
    "address",
    "postal_code",
    "city",
    "birthday",
    "notes",
)
# What the name of an own field begins with, where it stands beside the others.
OWN = "custom-"


class NumberTaken(Refused):
    """The number belongs to another contact of the workspace already."""

    def __init__(self, existing: Contact | None) -> None:
        super().__init__(
            _("Another contact has this number."), code="number_taken", field="phone"
        )
        self.existing = existing


class Gone(Refused):
    """Somebody has deleted the contact, or merged it, in this moment."""

    def __init__(self) -> None:
        super().__init__(
            _("The contact was deleted or merged meanwhile."), code="contact_gone"
        )


def create(
    *,
    workspace: Workspace,
    actor: User | None,
    phone: str = "",
    custom: Mapping[str, str] | None = None,
    **fields: Any,
) -> Contact:
    """Add a contact and return it; ``phone`` is E.164 or empty.

    ``fields`` are those of ``FIELDS``. Raises ``NumberTaken``.
    """
    contact = Contact(workspace=workspace, **_known(fields))
    contact.custom = _filled(custom or {})
    _set_phone(contact, phone)
    with transaction.atomic():
        _save(contact)
        _audit(contact, actor, "contact.create", after=values_of(contact))
    return contact


def update(
    *,
    contact: Contact,
    actor: User | None,
    phone: str | None = None,
    custom: Mapping[str, str] | None = None,
    seen: str = "",
    **fields: Any,
) -> Contact:
    """Change what is given and leave the rest; return the contact.

    Values of ``custom`` replace those of the same name; an empty one is taken away.
    ``seen`` is what the person's page showed (``pages``). Raises ``NumberTaken``,
    ``Gone`` or ``Overtaken``.
    """
    wanted = _known(fields)
    wanted |= {OWN + slug: value for slug, value in (custom or {}).items()}
    if phone is not None:
        wanted["phone"] = phone
    with transaction.atomic():
        fresh = Contact.objects.select_for_update().filter(pk=contact.pk).first()
        if fresh is None:
            raise Gone
        before = values_of(fresh)
        _set(fresh, pages.merged(wanted, now=shown_values(fresh), seen=seen))
        _save(fresh)
        _audit(fresh, actor, "contact.update", *difference(before, values_of(fresh)))
    return fresh


def shown_values(contact: Contact) -> dict[str, object]:
    """Return all values that the form of a contact shows, by the form's names."""
    values = {name: getattr(contact, name) for name in FIELDS}
    own = {OWN + slug: value for slug, value in contact.custom.items()}
    return {"phone": contact.phone, **values, **own}


def delete(*, workspace: Workspace, uuids: Collection[UUID], actor: User | None) -> int:
    """Delete contacts of the workspace; return how many there were.

    Their opt-outs stay: they belong to the numbers.
    """
    with transaction.atomic():
        found = list(_of(workspace, uuids).select_for_update().order_by("id"))
        audit.record_many(
            workspace=workspace,
            actor=actor,
            action="contact.delete",
            facts=(audit.Fact(str(c.uuid), values_of(c), {}) for c in found),
        )
        Contact.objects.filter(id__in=[contact.id for contact in found]).delete()
    return len(found)


def _known(fields: Mapping[str, Any]) -> dict[str, Any]:
    unknown = set(fields) - set(FIELDS)
    if unknown:
        raise TypeError(f"not fields of a contact: {', '.join(sorted(unknown))}")
    return dict(fields)


def _set(contact: Contact, values: Mapping[str, Any]) -> None:
    own = {}
    for name, value in values.items():
        if name == "phone":
            _set_phone(contact, value)
        elif name.startswith(OWN):
            own[name.removeprefix(OWN)] = value
        else:
            setattr(contact, name, value)
    if own:
        contact.custom = _filled({**contact.custom, **own})


def _filled(custom: Mapping[str, str]) -> dict[str, str]:
    return {slug: value for slug, value in custom.items() if value}


def _set_phone(contact: Contact, phone: str) -> None:
    number = phones.parse(phone, country="") if phone else None
    new = number.e164 if number else phone
    if new != contact.phone:
        _require_one_form(contact, new)
    contact.phone = new
    contact.country = number.country if number else ""


def _require_one_form(contact: Contact, phone: str) -> None:
    """Raise ``NumberTaken`` when somebody has the other form of a number."""
    if other := twin(phone):
        others = Contact.objects.filter(workspace=contact.workspace_id, phone=other)
        if existing := others.exclude(pk=contact.pk).first():
            raise NumberTaken(existing)


def _save(contact: Contact) -> None:
    try:
        with transaction.atomic():
            contact.save()
    except IntegrityError:
        existing = Contact.objects.filter(
            workspace_id=contact.workspace_id, phone=contact.phone
        ).first()
        raise NumberTaken(existing) from None


def _of(workspace: Workspace, uuids: Collection[UUID]) -> QuerySet[Contact]:
    return own_keys.by_uuid(workspace, uuids)


def values_of(contact: Contact) -> dict[str, Any]:
    values: dict[str, Any] = {"phone": contact.phone}
    for name in FIELDS:
        value = getattr(contact, name)
        if value:
            values[name] = value
    return {**values, **contact.custom}


def values_sql() -> str:
    """Return ``values_of`` as SQL, of ``contacts_contact AS c``."""
    fields = "".join(f", '{name}', NULLIF(c.{name}::text, '')" for name in FIELDS)
    built_in = f"jsonb_strip_nulls(jsonb_build_object('phone', c.phone{fields}))"
    return f"({built_in} || c.custom)"


def difference(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    changed = [
        name for name in {**before, **after} if before.get(name) != after.get(name)
    ]
    return (
        {name: before[name] for name in changed if name in before},
        {name: after[name] for name in changed if name in after},
    )


def _audit(
    contact: Contact,
    actor: User | None,
    action: str,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    audit.record(
        workspace=contact.workspace,
        actor=actor,
        action=action,
        subject=str(contact.uuid),
        before=before,
        after=after,
    )
