"""The one error of the embedded servers, worded for the person at the terminal."""

from __future__ import annotations


class EmbeddedError(Exception):
    """A packaged server cannot be started; the text says why and what to do."""
