"""One person of an audience: where the message goes, and the values of the text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from contacts.models import Contact
from contacts.selectors import fields
from messaging.models import ListedNumber

# Variables that are columns; any other name is a field of the workspace's own.
COLUMNS = (
    "firstname",
    "lastname",
    "company",
    "phone",
    "email",
    "home_phone",
    "address",
    "postal_code",
    "city",
    "country",
    "notes",
)


@dataclass(frozen=True, slots=True)
class Addressee:
    """``pk`` is the contact's id, or the negative id of a row of a list."""

    pk: int
    phone: str
    name: str
    values: Mapping[str, str] = field(default_factory=dict)
    contact: Contact | None = None


def of_contact(contact: Contact) -> Addressee:
    """Return a contact as an addressee."""
    return Addressee(
        contact.pk, contact.phone, contact.name, values_of(contact), contact
    )


def of_listed(row: ListedNumber) -> Addressee:
    """Return who stands in a row; what it says goes before what we know of them."""
    contact = Contact.objects.filter(
        workspace=row.source.workspace_id, phone=row.phone
    ).first()
    values = values_of(contact) if contact else {}
    values |= {**row.variables, "phone": row.phone, "country": row.country}
    parts = (values.get("firstname", ""), values.get("lastname", ""))
    name = " ".join(filter(None, parts)) or values.get("company", "")
    return Addressee(-row.pk, row.phone, name, values, contact)


def values_of(contact: Contact) -> dict[str, str]:
    """Return every value of a contact as text, as a launch freezes it."""
    values = fields.in_messages(contact)
    values |= {name: str(getattr(contact, name)) for name in COLUMNS}
    values["birthday"] = contact.birthday.isoformat() if contact.birthday else ""
    return values
