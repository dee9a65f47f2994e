"""Sentences about acts on many contacts: what is asked, what came of it."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import actions, recorded
from contacts.models import BulkJob, BulkUndo
from contacts.selectors.counts import Count, two_digits
from seven_dashboard.formatting import number_text

Act = BulkJob.Act
TITLES: dict[str, str | Promise] = {
    Act.ADD: gettext_lazy("Add to a group"),
    Act.REMOVE: gettext_lazy("Remove from a group"),
    Act.SET: gettext_lazy("Set a field"),
    Act.OPT_OUT: gettext_lazy("Opt out contacts"),
    Act.DELETE: gettext_lazy("Delete contacts"),
}
ICONS = {
    Act.ADD: "users-group",
    Act.REMOVE: "user-minus",
    Act.SET: "edit",
    Act.OPT_OUT: "user-off",
    Act.DELETE: "trash",
}
FAILURES: dict[str, str | Promise] = {
    "group_gone": gettext_lazy("The group was deleted meanwhile."),
    "criteria_gone": gettext_lazy(
        "The group or segment that the contacts were chosen by was deleted meanwhile."
    ),
    "segment_changed": gettext_lazy(
        "The segment was changed meanwhile. Look whom it finds now, then start again."
    ),
    "segment_broken": gettext_lazy(
        "The segment cannot be used as it is. Open it to see what is wrong."
    ),
    "in_use": gettext_lazy(
        "A campaign that is not out yet leaves this group out. Take it out there "
        "first, or delete the draft."
    ),
    "not_written": gettext_lazy(
        "The file could not be written. Perhaps the disk is full: tell who runs the "
        "server, then try again."
    ),
}


def many(count: Count) -> str:
    """Return a number of contacts in words: 1 contact, about 12,000 contacts."""
    if not count.is_exact:
        shown = number_text(two_digits(count.n))
        return _("about %(shown)s contacts") % {"shown": shown}
    text = ngettext("%(shown)s contact", "%(shown)s contacts", count.n)
    return text % {"shown": number_text(count.n)}


def chosen(words: Mapping[str, object]) -> list[tuple[str, object]]:
    """Return heading and value of each criterion; the trail's words say the same."""
    return [
        (actions.field_name(name), recorded.written(name, value))
        for name, value in words.items()
    ]


def facts(job: BulkJob) -> list[tuple[str, object]]:
    """Return whom a job is about, and what it was told."""
    told: dict[str, object] = {**job.chosen_by}
    if job.uuids:
        told["selected"] = number_text(len(job.uuids))
    if job.act == Act.SET:
        told["new_value"] = job.value or _("Empty")
    if job.act == Act.OPT_OUT:
        told |= {"channel": job.channel}
        told |= {"reason": job.reason} if job.reason else {}
    return chosen(told)


def title(job: BulkJob) -> str:
    """Return what a job does, with its group or field."""
    names = {"name": job.subject}
    if job.drops_group:
        return _("Delete the group %(name)s") % names
    if job.act == Act.ADD:
        return _("Add to %(name)s") % names
    if job.act == Act.REMOVE:
        return _("Remove from %(name)s") % names
    if job.act == Act.SET:
        return _("Set %(name)s") % names
    if job.takes_group:
        return _("Delete %(name)s and its contacts") % names
    return str(TITLES[job.act])


def label(act: str, count: Count) -> str:
    """Return the words of the button that does an act."""
    shown = {"many": many(count)}
    return {
        Act.ADD: _("Add %(many)s"),
        Act.REMOVE: _("Remove %(many)s"),
        Act.SET: _("Set it for %(many)s"),
        Act.OPT_OUT: _("Opt out %(many)s"),
        Act.DELETE: _("Delete %(many)s"),
    }[Act(act)] % shown


def outcome(job: BulkJob) -> str:
    """Return what a job has changed so far, as a sentence."""
    n = job.changed
    if job.drops_group:
        is_gone = job.group_id is None
        text = _("Group %(name)s deleted.") if is_gone else _("The group stays.")
        return text % {"name": job.subject}
    text = {
        Act.ADD: ngettext(
            "%(shown)s contact added to %(name)s.",
            "%(shown)s contacts added to %(name)s.",
            n,
        ),
        Act.REMOVE: ngettext(
            "%(shown)s contact removed from %(name)s.",
            "%(shown)s contacts removed from %(name)s.",
            n,
        ),
        Act.SET: ngettext(
            "%(name)s set for %(shown)s contact.",
            "%(name)s set for %(shown)s contacts.",
            n,
        ),
        Act.OPT_OUT: ngettext(
            "%(shown)s number gets no more messages.",
            "%(shown)s numbers get no more messages.",
            n,
        ),
        Act.DELETE: ngettext(
            "%(shown)s contact deleted.", "%(shown)s contacts deleted.", n
        ),
    }[Act(job.act)]
    return text % {"shown": number_text(n), "name": job.subject}


def untouched(job: BulkJob) -> str:
    """Return why a job changed fewer contacts than it looked at; "" when it did not."""
    n = job.done - job.changed
    if n <= 0:
        return ""
    text = {
        Act.ADD: ngettext(
            "%(shown)s was in the group already.",
            "%(shown)s were in the group already.",
            n,
        ),
        Act.REMOVE: ngettext(
            "%(shown)s was not in the group.", "%(shown)s were not in the group.", n
        ),
        Act.SET: ngettext(
            "%(shown)s had this value already.",
            "%(shown)s had this value already.",
            n,
        ),
        Act.OPT_OUT: ngettext(
            "%(shown)s has no number or was opted out already.",
            "%(shown)s have no number or were opted out already.",
            n,
        ),
        Act.DELETE: "",
    }[Act(job.act)]
    return text % {"shown": number_text(n)} if text else ""


def undone(undo: BulkUndo) -> str:
    """Return how much of a job was taken back."""
    return _("%(restored)s of %(changed)s are as they were before.") % {
        "restored": number_text(undo.restored),
        "changed": number_text(undo.total),
    }


def kept(undo: BulkUndo) -> str:
    """Return why some of a job was not taken back; "" when all was."""
    n = undo.done - undo.restored
    if n <= 0:
        return ""
    text = {
        Act.ADD: ngettext(
            "%(shown)s had left the group or was added anew meanwhile.",
            "%(shown)s had left the group or were added anew meanwhile.",
            n,
        ),
        Act.REMOVE: ngettext(
            "%(shown)s is in the group again already, or gone.",
            "%(shown)s are in the group again already, or gone.",
            n,
        ),
        Act.SET: ngettext(
            "%(shown)s was changed meanwhile and keeps its value.",
            "%(shown)s were changed meanwhile and keep their value.",
            n,
        ),
        Act.OPT_OUT: ngettext(
            "%(shown)s has asked for it in person meanwhile, or was allowed again.",
            "%(shown)s have asked for it in person meanwhile, or were allowed again.",
            n,
        ),
        Act.DELETE: ngettext(
            "%(shown)s number was taken meanwhile; its newer contact stays.",
            "%(shown)s numbers were taken meanwhile; their newer contacts stay.",
            n,
        ),
    }[Act(undo.job.act)]
    return text % {"shown": number_text(n)}


def failure(error: str) -> str:
    """Return why a work has failed."""
    return str(FAILURES.get(error, _("Something went wrong. Please try again.")))
