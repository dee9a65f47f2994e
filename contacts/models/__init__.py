from __future__ import annotations

from contacts.models.bulk import BulkChange, BulkJob, BulkTrace, BulkUndo
from contacts.models.consent import ConsentEvent
from contacts.models.contacts import Contact
from contacts.models.duplicates import Duplicate, DuplicateSearch
from contacts.models.exports import Export, WrittenTable
from contacts.models.field_works import FieldWork
from contacts.models.fields import CustomField
from contacts.models.groups import Group, GroupMembership
from contacts.models.import_memories import ImportMemory
from contacts.models.import_works import ImportCheck, ImportUndo
from contacts.models.imports import Import, ImportedNumber, ImportRefusal
from contacts.models.lookups import Lookup, LookupAsk, LookupPrice
from contacts.models.merges import FormerNumber, Merge
from contacts.models.number_facts import LookupKind, NumberFact
from contacts.models.opt_out_lists import OptOutList, OptOutRefusal
from contacts.models.opt_outs import Channel, OptOut
from contacts.models.segments import Segment
from contacts.models.sync import SyncLink, SyncRun
from contacts.models.sync_setups import Direction, SyncGroup, SyncSetup
from contacts.models.work import Work

__all__ = [
    "BulkChange",
    "BulkJob",
    "BulkTrace",
    "BulkUndo",
    "Channel",
    "ConsentEvent",
    "Contact",
    "CustomField",
    "Direction",
    "Duplicate",
    "DuplicateSearch",
    "Export",
    "FieldWork",
    "FormerNumber",
    "Group",
    "GroupMembership",
    "Import",
    "ImportCheck",
    "ImportedNumber",
    "ImportMemory",
    "ImportRefusal",
    "ImportUndo",
    "Lookup",
    "LookupAsk",
    "LookupKind",
    "Merge",
    "LookupPrice",
    "NumberFact",
    "OptOut",
    "OptOutList",
    "OptOutRefusal",
    "Segment",
    "SyncGroup",
    "SyncLink",
    "SyncRun",
    "SyncSetup",
    "Work",
    "WrittenTable",
]
