"""What stays of a job on a group for the history of each contact it has moved.

The changes that an undo needs go after a day; these bits stay, 4 kB for some 32,000
contacts. An entry in the audit trail for each would be a thousand times as much.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.utils import timezone

from contacts.models import BulkJob, BulkTrace


def note(job: BulkJob, contact_ids: Iterable[int], *, is_undo: bool = False) -> int:
    """Note whom a step of a job, or of its undo, has moved; return how many.

    Inside the step's transaction, which holds the job: nobody else writes its bits.
    """
    moved: dict[int, list[int]] = defaultdict(list)
    for number in contact_ids:
        span, bit = divmod(number, BulkTrace.SPAN)
        moved[span].append(bit)
    mine = BulkTrace.objects.filter(job=job, is_undo=is_undo, span__in=moved)
    known = dict(mine.values_list("span", "bits"))
    now = timezone.now()
    BulkTrace.objects.bulk_create(
        (
            BulkTrace(
                job=job,
                workspace_id=job.workspace_id,
                is_undo=is_undo,
                span=span,
                bits=_with(known.get(span), bits),
                at=now,
            )
            for span, bits in sorted(moved.items())
        ),
        update_conflicts=True,
        unique_fields=["job", "is_undo", "span"],
        update_fields=["bits", "at"],
    )
    return sum(map(len, moved.values()))


def _with(known: bytes | memoryview | None, bits: Iterable[int]) -> bytes:
    """Return bits as ``get_bit`` of PostgreSQL counts them, with more of them set."""
    found = bytearray(known or bytes(BulkTrace.SPAN // 8))
    for bit in bits:
        found[bit >> 3] |= 1 << (bit & 7)
    return bytes(found)
