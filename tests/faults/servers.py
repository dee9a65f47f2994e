"""Holds the embedded servers of the house under test until it is killed."""

from __future__ import annotations

import signal

from seven_dashboard import env

if __name__ == "__main__":
    env.start_embedded_services()
    signal.pause()
