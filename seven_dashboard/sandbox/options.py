"""The sandbox's switches, one dataclass, read from a command line."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

DEFAULT_PORT = 8025


@dataclass(slots=True)
class Options:
    """How one sandbox behaves; durations are seconds unless the name says ms."""

    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    state: str = ""
    latency_ms: float = 0.0
    report_delay_s: tuple[float, float] = (1.0, 4.0)
    time_scale: float = 1.0
    public_url: str = ""
    is_webhook_public_allowed: bool = False
    has_fates: bool = True
    webhook_concurrency: int = 32
    hang_s: float = 60.0
    throughput_per_s: float = 0.0
    token_ttl_s: float = 3600.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the switches, so that manage.py and the module share them."""
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument(
        "--port", type=int, default=DEFAULT_PORT, help="0 takes a free one"
    )
    parser.add_argument(
        "--state",
        default="",
        metavar="FILE",
        help="keep everything in this SQLite file",
    )
    parser.add_argument("--latency-ms", type=float, default=0.0)
    parser.add_argument(
        "--report-delay-s",
        type=read_range,
        default=(1.0, 4.0),
        metavar="MIN[:MAX]",
        help="time from acceptance to the final report",
    )
    parser.add_argument(
        "--time-scale",
        type=float,
        default=1.0,
        help="factor on the pauses between webhook attempts",
    )
    parser.add_argument(
        "--public-url",
        default="",
        help="scheme and host that clients use, when it is not the listening address",
    )
    parser.add_argument("--allow-public-webhooks", action="store_true")
    parser.add_argument(
        "--no-fates", action="store_true", help="number endings choose nothing"
    )
    parser.add_argument("--webhook-concurrency", type=int, default=32)
    parser.add_argument("--hang-s", type=float, default=60.0)
    parser.add_argument(
        "--throughput-per-s",
        type=float,
        default=0.0,
        help="messages per second and account that leave the queue; 0 is no limit",
    )
    parser.add_argument("--token-ttl-s", type=float, default=3600.0)


def from_namespace(given: argparse.Namespace) -> Options:
    """Return the options that a parsed command line asks for."""
    return Options(
        host=given.host,
        port=given.port,
        state=given.state,
        latency_ms=given.latency_ms,
        report_delay_s=given.report_delay_s,
        time_scale=given.time_scale,
        public_url=given.public_url.rstrip("/"),
        is_webhook_public_allowed=given.allow_public_webhooks,
        has_fates=not given.no_fates,
        webhook_concurrency=given.webhook_concurrency,
        hang_s=given.hang_s,
        throughput_per_s=given.throughput_per_s,
        token_ttl_s=given.token_ttl_s,
    )


def parse(arguments: Sequence[str] | None = None) -> Options:
    """Read a command line without the program's name."""
    parser = argparse.ArgumentParser(
        prog="sandbox", description="An imitation of the seven.io gateway."
    )
    add_arguments(parser)
    return from_namespace(parser.parse_args(arguments))


def read_range(text: str) -> tuple[float, float]:
    """Read ``2`` or ``1:4`` as a range of seconds."""
    low, _, high = text.partition(":")
    try:
        bounds = (float(low), float(high or low))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no MIN or MIN:MAX") from None
    if not 0 <= bounds[0] <= bounds[1]:
        raise argparse.ArgumentTypeError(f"{text!r} must rise from zero")
    return bounds
