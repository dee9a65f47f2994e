"""Make .venv/ and install what a requirements file names, when it has changed.

    python3 scripts/environment.py runtime|dev

Runs with the bare system Python, so it imports the standard library only.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
ENVIRONMENT = REPOSITORY / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
FILES = {
    "runtime": ("requirements.txt",),
    "dev": ("requirements.txt", "requirements-dev.txt"),
}
NO_ENSUREPIP = """
Python cannot make a virtual environment here: its 'ensurepip' part is missing.
Install it (Debian, Ubuntu: apt install python3-venv; Fedora has it in python3),
or name a complete Python: make PYTHON=/path/to/python3 ...
"""
NO_INSTALL = """
Installing the packages failed; the lines above say why. Without a network or with
an own package index, set up pip (pip.conf or PIP_INDEX_URL) and run make again.
"""


def main(kind: str) -> None:
    if is_installed(kind):
        return
    if not works(PYTHON):
        make_environment()
    install(kind)


def is_installed(kind: str) -> bool:
    """Say whether the stamp of the last install fits the files of today."""
    stamp = stamp_of(kind)
    return stamp.exists() and stamp.read_text("ascii") == wanted(kind)


def wanted(kind: str) -> str:
    """Return what the stamp must hold: the files and the Python that was used."""
    digest = hashlib.sha256()
    for name in FILES[kind]:
        digest.update((REPOSITORY / name).read_bytes())
    digest.update(str(ENVIRONMENT).encode())
    return digest.hexdigest() + version_of(PYTHON)


def version_of(python: Path) -> str:
    try:
        shown = subprocess.run([str(python), "-V"], capture_output=True, check=False)
    except OSError:
        return ""
    return shown.stdout.decode("ascii", "replace").strip()


def works(python: Path) -> bool:
    """Say whether the environment is whole and was made here, not moved or copied."""
    if not (ENVIRONMENT / "whole").exists():
        return False
    made_at = (ENVIRONMENT / "whole").read_text("utf-8")
    return made_at == str(ENVIRONMENT) and version_of(python) != ""


def make_environment() -> None:
    say("Making the environment .venv/")
    if ENVIRONMENT.is_symlink():
        ENVIRONMENT.unlink()
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    # Symbolic links let the environment follow the system's Python.
    made = run(sys.executable, "-m", "venv", "--symlinks", str(ENVIRONMENT))
    if made.returncode != 0 and not make_without_ensurepip():
        shutil.rmtree(ENVIRONMENT, ignore_errors=True)
        fail(NO_ENSUREPIP)
    (ENVIRONMENT / "whole").write_text(str(ENVIRONMENT), "utf-8")


def make_without_ensurepip() -> bool:
    """Make the environment with the pip of the system, where there is one."""
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    bare = run(sys.executable, "-m", "venv", "--without-pip", str(ENVIRONMENT))
    if bare.returncode != 0:
        return False
    pip = (sys.executable, "-m", "pip", "--python", str(PYTHON))
    return run(*pip, "install", "--quiet", "pip").returncode == 0


def install(kind: str) -> None:
    say(f"Installing packages ({kind}); the first time this takes a minute")
    pip = [str(PYTHON), "-m", "pip", "install", "-qq", "--prefer-binary"]
    files = [part for name in FILES[kind] for part in ("-r", name)]
    done = subprocess.run(
        [*pip, "--disable-pip-version-check", *files],
        cwd=str(REPOSITORY),
        check=False,
    )
    if done.returncode != 0:
        fail(NO_INSTALL)
    for covered in ("runtime", kind):
        stamp_of(covered).write_text(wanted(covered), "ascii")


def stamp_of(kind: str) -> Path:
    return ENVIRONMENT / f"installed-{kind}"


def run(*command: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(command, capture_output=True, check=False)


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def fail(text: str) -> None:
    sys.stderr.write(text)
    raise SystemExit(1)


if __name__ == "__main__":
    # A setting of the caller must not send packages elsewhere.
    for name in ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PYTHONHOME", "PYTHONPATH"):
        os.environ.pop(name, None)
    main(sys.argv[1])
