"""Log lines hide what is private, and cannot be made slow by a stranger."""

from __future__ import annotations

import logging
import time

import pytest
from django.test import RequestFactory

from seven_dashboard.logs import JsonFormatter, PrivacyFilter, redact
from tests.fixtures import SandboxAccount

PRIVATE = [
    ("GET /contacts/?q=%2B491711234567", "491711234567"),
    ("GET /contacts/?q=0049%20171%201234567", "1234567"),
    ("GET /contacts/?q=0171%2F1234567", "1234567"),
    ("GET /lookup/hlr?number=491711234567%2C491711234568", "491711234568"),
    ("b'to\\n491711234567'", "491711234567"),
    ("GET /contacts/?q=anna%40shop.example", "anna"),
    ("Not Found: /workspaces/join/s3cr3tT0ken/", "s3cr3tT0ken"),
    ("GET /auth/password/reset/key/3-cz2k1f-9ab/", "9ab"),
    ("Not Found: /callers/told/s3cr3tT0ken/", "s3cr3tT0ken"),
    ("redis://:p@ss@127.0.0.1:6379/0", "ss@"),
    ("value too long\nCONTEXT:  COPY import_slice, line 1: Anna Meier", "Anna"),
    ("duplicate key\nDETAIL:  Failing row contains (7, Anna, Meier).", "Anna"),
    ('DataError: invalid input syntax for type date: "Anna"', "Anna"),
    ('field value out of range: "Anna\n"Meier""\n  File "x.py"', "Meier"),
    ("ValueError: Invalid isoformat string: 'Anna'", "Anna"),
    ("syntax error\nLINE 1: INSERT INTO t VALUES ('Anna')", "Anna"),
]


@pytest.mark.parametrize(("line", "private"), PRIVATE)
def test_private_part_is_hidden(line: str, private: str) -> None:
    assert private not in redact(line)


@pytest.mark.parametrize("part", ["a", "1", "(1-", "token", "a@", "a.", "%2B1 "])
def test_long_line_of_a_stranger_costs_little(part: str) -> None:
    line = part * (64_000 // len(part)) + "x"
    started = time.process_time()
    redact(line)
    assert time.process_time() - started < 0.5


def test_search_words_of_a_failed_request_are_not_logged() -> None:
    record = logging.makeLogRecord({"msg": "Not Found: /contacts/"})
    record.request = RequestFactory().get("/contacts/?q=Anna+Meier")
    assert "Anna" not in JsonFormatter().format(record)


def test_debug_lines_of_a_call_name_nobody(
    sandbox: SandboxAccount, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sandbox.client().lookup.format(["491711234567", "491711234568"])
    lines = [JsonFormatter().format(record) for record in caplog.records]
    assert [line for line in lines if "4917112345" in line] == []
    assert any("LookupFormat" in line for line in lines)


def test_no_logger_has_a_way_around_the_filter() -> None:
    loggers = [logging.getLogger(name) for name in logging.root.manager.loggerDict]
    around = [
        logger.name
        for logger in loggers
        for handler in logger.handlers
        if not isinstance(handler, logging.NullHandler)
        if not type(handler).__module__.startswith("_pytest")
        if not any(isinstance(kept, PrivacyFilter) for kept in handler.filters)
    ]
    assert around == []
