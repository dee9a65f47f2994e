"""Jobs on many contacts: started, cancelled, undone, forgotten."""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Workspace
from accounts.services import audit
from contacts.models import BulkChange, BulkJob, BulkUndo, Group, Work
from contacts.selectors.choices import Choice
from contacts.services import works
from seven_dashboard.errors import Refused

UNDO_FOR = timedelta(days=1)
# An undo that is asked for in the last minute still finds everything.
FORGET_AFTER = UNDO_FOR + timedelta(hours=1)
# A fraction of a second, so that nothing else of the database has to wait.
FORGET_SLICE = 20_000


def start(
    *,
    workspace: Workspace,
    actor: User | None,
    choice: Choice,
    act: str,
    group: Group | None = None,
    field: str = "",
    label: str = "",
    value: str = "",
    channel: str = "",
    reason: str = "",
    takes_group: bool = False,
) -> BulkJob:
    """Note an act on many contacts; a worker is to be rung for, or ``run`` called.

    ``field`` is a column of ``services.contacts.FIELDS`` or ``custom:slug``, ``label``
    its name, ``value`` in the one form that ``field_kinds`` gives it.
    """
    return BulkJob.objects.create(
        workspace=workspace,
        created_by=actor,
        act=act,
        group=group,
        subject=(group.name if group else label)[:100],
        field=field,
        value=value,
        channel=channel,
        reason=reason,
        takes_group=takes_group,
        **choice.values(workspace),
    )


def cancel(*, job: BulkJob, actor: User | None) -> bool:
    """Stop a job; what it has changed stays and can be undone. False when it is over.

    A step that is being done is waited for, so that the counts are final.
    """
    with transaction.atomic():
        if not works.cancel(job):
            return False
        record(BulkJob.objects.select_related("workspace").get(pk=job.pk), actor)
    return True


def record(job: BulkJob, actor: User | None) -> None:
    """Write the one entry of an act that is over into the audit trail."""
    after: dict[str, object] = {**job.chosen_by}
    if job.uuids:
        after["selected"] = len(job.uuids)
    if job.act == BulkJob.Act.SET:
        after["new_value"] = job.value
    if job.act == BulkJob.Act.OPT_OUT:
        after |= {"channel": job.channel, "reason": job.reason}
    audit.record(
        workspace=job.workspace,
        actor=actor,
        action=f"bulk.{job.act}",
        subject=job.subject,
        after={**after, "contacts_changed": job.changed, "outcome": job.state},
    )


def may_be_undone(job: BulkJob) -> bool:
    """Say whether an undo can be started now."""
    is_young = job.finished_at and job.finished_at > timezone.now() - UNDO_FOR
    return bool(
        job.is_over
        and job.changed
        and not job.drops_group
        and is_young
        and not job.is_forgotten
        and not BulkUndo.objects.filter(job=job).exists()
    )


def undo(*, job: BulkJob, actor: User | None) -> BulkUndo:
    """Start to take back what a job has changed; raises ``Refused``."""
    if not may_be_undone(job):
        raise Refused(_("This can no longer be undone."), code="not_undoable")
    try:
        with transaction.atomic():
            return BulkUndo.objects.create(
                workspace=job.workspace, created_by=actor, job=job, total=job.changed
            )
    except IntegrityError:
        # Somebody else was a moment faster.
        return BulkUndo.objects.get(job=job)


def forget_old() -> int:
    """Delete the changes of jobs that can no longer be undone; return how many."""
    old = BulkJob.objects.filter(
        is_forgotten=False, finished_at__lt=timezone.now() - FORGET_AFTER
    ).exclude(undo__state__in=(Work.State.READY, Work.State.RUNNING))
    forgotten = 0
    for job in old.only("id").order_by("finished_at")[:50]:
        forgotten += _forget(job)
    return forgotten


def _forget(job: BulkJob) -> int:
    """Delete the changes of a job slice by slice; one that is killed goes on."""
    changes = BulkChange.objects.filter(job=job)
    forgotten = after = 0
    while until := _slice_end(job, after):
        one = changes.filter(target_id__gt=after, target_id__lte=until)
        forgotten += one._raw_delete(one.db)
        after = until
    BulkJob.objects.filter(pk=job.pk).update(is_forgotten=True, uuids=[])
    return forgotten


def _slice_end(job: BulkJob, after: int) -> int:
    """Return the last target of the next slice, 0 when there is none."""
    rows = BulkChange.objects.filter(job=job, target_id__gt=after).order_by("target_id")
    return max(rows.values_list("target_id", flat=True)[:FORGET_SLICE], default=0)
