"""How much of an upload is kept while it arrives."""

from __future__ import annotations

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class QuotaUploadHandler(FileUploadHandler):
    """Stands before the handlers that keep a file, and passes on what may be kept.

    Django's own limits leave files out, and a form is asked only when all of the body
    lies on the disk. What is kept goes one chunk over the limit, so that the form sees
    a file that is too large. A stranger has no reason to upload anything.
    """

    _passed_bytes = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if self._passed_bytes > self._limit_bytes():
            return None
        self._passed_bytes += len(raw_data)
        return raw_data

    def file_complete(self, file_size: int) -> UploadedFile[bytes] | None:
        return None

    def _limit_bytes(self) -> int:
        user = getattr(self.request, "user", None)
        is_known = user is not None and user.is_authenticated
        return int(settings.IMPORT_MAX_BYTES) if is_known else 0
