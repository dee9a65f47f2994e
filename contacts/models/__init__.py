from __future__ import annotations

from contacts.models.contacts import Contact
from contacts.models.fields import CustomField
from contacts.models.groups import Group, GroupMembership
from contacts.models.imports import Import, ImportedNumber, ImportRefusal
from contacts.models.opt_outs import Channel, OptOut

__all__ = [
    "Channel",
    "Contact",
    "CustomField",
    "Group",
    "GroupMembership",
    "Import",
    "ImportedNumber",
    "ImportRefusal",
    "OptOut",
]
