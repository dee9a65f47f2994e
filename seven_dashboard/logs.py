"""Structured log lines without personal data or keys.

Code logs with placeholders and named extras and never passes a number or a key.
The filter is the second line of defence, for messages of libraries.
"""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime

# Not among the extras. A request spells out its query: what a person searched for.
_LEFT_OUT = {*vars(logging.makeLogRecord({})), "message", "asctime", "request"}
# Each pattern begins where a run begins or is bounded, so that a stranger's long line
# (a host name, a path) is gone through once and not once from every character.
_PRIVATE = (
    # What PostgreSQL adds to an error: the row itself.
    (re.compile(r"\b(DETAIL|CONTEXT|LINE \d+):[^\n]*"), r"\1: [hidden]"),
    # A value that could not be read as what it should be: a cell of somebody's file.
    (
        re.compile(
            r"(invalid input (?:syntax|value) for [\w ]{1,60}|field value out of range"
            r"|[Ii]nvalid isoformat string|invalid literal for [^:\n]{1,60}"
            r"|could not convert string to \w{1,20})(?:: )[\"'][\s\S]{0,5000}?[\"']"
            r"(?=\s*(?:\n|$))"
        ),
        r"\1: [hidden]",
    ),
    # Long runs of digits with an optional plus, also as an address spells it (%2C is
    # the comma of a list) or Python a line's end.
    (
        re.compile(
            r"(?:(?<![\w.-])|(?<=%[0-9A-Fa-f]{2})|(?<=\\[nrt]))"
            r"\+?\d(?:[\d \u00a0\u202f()/-]|%2[0-9A-Fa-f]){6,30}\d(?![\w-])"
        ),
        "[number]",
    ),
    (re.compile(r"(?<![\w.+-])[\w.+-]+(?:@|%40)[\w-]+\.[\w.-]+"), "[e-mail]"),
    (
        re.compile(
            r"(?i)(api[-_]?key|signing[-_]?key|authorization|password|secret|token"
            r"|x-api-key|code_verifier)"
            r"(['\"]?\s{0,9}[:=]\s{0,9}['\"]?)(?:bearer |basic )?[^\s'\",}&]+"
        ),
        r"\1\2[hidden]",
    ),
    # Credentials inside an address: redis://:password@host
    (re.compile(r"(?<!\w)(\w+://[^\s/:@]*):[^\s/]+@"), r"\1:[hidden]@"),
    # Paths that open something to whoever knows them.
    (
        re.compile(
            r"(/webhooks/|/workspaces/join/|/password/reset/key/|/callers/told/)"
            r"[^/\s]+"
        ),
        r"\1[hidden]",
    ),
)


def redact(text: str) -> str:
    for pattern, replacement in _PRIVATE:
        text = pattern.sub(replacement, text)
    return text


class PrivacyFilter(logging.Filter):
    """Redact before any handler formats, whichever formatter it has."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = redact(record.getMessage()), ()
        return True


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, named extras."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(
                timespec="milliseconds"
            ),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redact(record.getMessage()),
        }
        for name, value in vars(record).items():
            if name not in _LEFT_OUT and not name.startswith("_"):
                line[name] = (
                    value if isinstance(value, int | float) else redact(str(value))
                )
        if record.exc_info:
            line["traceback"] = redact(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)
