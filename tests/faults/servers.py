"""Holds the embedded servers of the house under test until it is killed."""

from __future__ import annotations

import signal

from seven_dashboard import whereabouts

if __name__ == "__main__":
    whereabouts.start_embedded_services()
    signal.pause()
