from __future__ import annotations

from contacts.models.contacts import Contact
from contacts.models.groups import Group, GroupMembership
from contacts.models.imports import Import, ImportRefusal
from contacts.models.opt_outs import Channel, OptOut

__all__ = [
    "Channel",
    "Contact",
    "Group",
    "GroupMembership",
    "Import",
    "ImportRefusal",
    "OptOut",
]
