"""Find a Chromium for the browser tests, or get one.

    python scripts/chromium.py     find or get one; prints where it is

Tried in this order: CHROMIUM, the browsers of the system, Playwright's own, and when
there is none: the package manager (as root), Playwright's download.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# The renderer's own sandbox needs rights that containers and root do not have; the
# browser visits our own pages only.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
START_TIMEOUT_S = 60
INSTALL_TIMEOUT_S = 600
NONE = (
    "No Chromium could be had, so the browser tests are skipped. Install one "
    "(Debian: apt install chromium) or name one with CHROMIUM=/path/to/chromium."
)


def find() -> Path | None:
    """Return a Chromium that really starts here, or None."""
    named = os.environ.get("CHROMIUM", "")
    found = [Path(path) for name in NAMES if (path := shutil.which(name))]
    candidates = [Path(named)] if named else [*found, *playwrights_own()]
    return next((path for path in candidates if starts(path)), None)


def obtain() -> Path | None:
    """Return a Chromium, installing one when there is none."""
    found = find()
    if found or os.environ.get("CHROMIUM"):
        return found
    for install in (by_package_manager, by_playwright):
        if install() and (found := find()):
            return found
    return None


def playwrights_own() -> list[Path]:
    """Return the browsers that Playwright has downloaded, the newest first."""
    home = os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or (
        "~/Library/Caches/ms-playwright"
        if sys.platform == "darwin"
        else "~/.cache/ms-playwright"
    )
    pattern = "chromium*-*/chrome*/**/*"
    programs = {"chrome", "headless_shell", "chrome-headless-shell", "Chromium"}
    files = Path(home).expanduser().glob(pattern)
    found = [file for file in files if file.name in programs and file.is_file()]
    return sorted(found, reverse=True)


def starts(program: Path) -> bool:
    """Say whether the browser draws an empty page: some stubs only print advice."""
    with tempfile.TemporaryDirectory(prefix="chromium-") as profile:
        command = [str(program), "--headless", *FLAGS, f"--user-data-dir={profile}"]
        try:
            shown = subprocess.run(
                [*command, "--dump-dom", "about:blank"],
                capture_output=True,
                timeout=START_TIMEOUT_S,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return False
    return b"<html" in shown.stdout


def by_package_manager() -> bool:
    """Install Debian's or Ubuntu's package; only root may."""
    apt = shutil.which("apt-get")
    if os.geteuid() != 0 or apt is None:
        return False
    say("Installing Chromium with apt-get (once, about a minute)")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = [apt, "install", "-y", "--no-install-recommends", "chromium"]
    run([apt, "update"], environment)
    return run(install, environment)


def by_playwright() -> bool:
    """Download the Chromium that Playwright was built for."""
    say("Downloading Playwright's Chromium (once, about a minute)")
    command = [sys.executable, "-m", "playwright", "install"]
    if os.geteuid() == 0 and run([*command, "--with-deps", "chromium"], None):
        return True
    return run([*command, "chromium"], None)


def run(command: list[str], environment: dict[str, str] | None) -> bool:
    try:
        done = subprocess.run(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=INSTALL_TIMEOUT_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    program = obtain()
    say(f"Chromium: {program}" if program else NONE)
