"""The client of the seven.io gateway: plain Python, without Django.

`client.SevenClient` calls it, `errors` says what went wrong, `events` reads its
webhooks, `signing` signs and verifies, `oauth` connects an account without a key.
Nothing is imported here, so that `signing` stays free of everything else.
"""

from __future__ import annotations
