"""Become an unprivileged user, tie the process to its parent, run a program.

Run as a script by absolute path, in a fresh interpreter, so that nothing happens
between a fork and an exec of a process with threads. Standard library only.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import signal
import sys
import tempfile

PR_SET_PDEATHSIG = 1
PR_SET_KEEPCAPS = 8
PR_SET_SECUREBITS = 28
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
SECBIT_NO_SETUID_FIXUP = 1 << 2
CAPABILITY_VERSION_3 = 0x20080522
CLONE_NEWUSER = 0x10000000
REFUSED = 71


class _Header(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


class _Sets(ctypes.Structure):
    _fields_ = [
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    ]


def main(arguments: list[str]) -> None:
    """Parse the options, change identity, replace this process by the program."""
    options = _parser().parse_args(arguments)
    try:
        _become(options)
        os.umask(0o077)
        if options.home:
            os.chdir(options.home)
            tempfile.TemporaryFile(dir=".").close()
        if options.parent:
            _die_with(options.parent, options.death_signal)
        os.execv(options.program[0], options.program)
    except OSError as error:
        sys.stderr.write(f"launch: {error}\n")
        raise SystemExit(REFUSED) from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser()
    parser.add_argument("--uid", type=int)
    parser.add_argument("--gid", type=int)
    parser.add_argument("--capability", type=int)
    parser.add_argument("--inner-uid", type=int)
    parser.add_argument("--home", default="")
    parser.add_argument("--parent", type=int, default=0)
    parser.add_argument("--death-signal", type=int, default=int(signal.SIGTERM))
    parser.add_argument("program", nargs="+")
    return parser


def _become(options: argparse.Namespace) -> None:
    if options.inner_uid is not None:
        _enter_user_namespace(options.inner_uid)
    elif options.uid is not None:
        _drop_to(options.uid, options.gid, options.capability)


def _drop_to(uid: int, gid: int, capability: int | None) -> None:
    if capability is not None:
        # Without this bit access(2), which PostgreSQL asks about its own programs,
        # leaves the capability out of account.
        _prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP)
        _prctl(PR_SET_KEEPCAPS, 1)
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    if capability is not None:
        _keep_only(capability)
        _prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability)


def _keep_only(capability: int) -> None:
    header = _Header(CAPABILITY_VERSION_3, 0)
    sets = (_Sets * 2)()
    bits = 1 << capability
    sets[0] = _Sets(bits, bits, bits)
    _check(_libc().capset(ctypes.byref(header), sets))


def _enter_user_namespace(inner_uid: int) -> None:
    outer_uid, outer_gid = os.geteuid(), os.getegid()
    _check(_libc().unshare(CLONE_NEWUSER))
    _put("/proc/self/setgroups", "deny")
    _put("/proc/self/uid_map", f"{inner_uid} {outer_uid} 1")
    _put("/proc/self/gid_map", f"{inner_uid} {outer_gid} 1")


def _put(path: str, text: str) -> None:
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def _die_with(parent: int, death_signal: int) -> None:
    if sys.platform != "linux":
        return
    _prctl(PR_SET_PDEATHSIG, death_signal)
    if os.getppid() != parent:
        raise ProcessLookupError("the parent is gone")


def _prctl(option: int, *values: int) -> None:
    padded = [*values, 0, 0, 0, 0][:4]
    _check(_libc().prctl(option, *(ctypes.c_ulong(value) for value in padded)))


def _check(result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


if __name__ == "__main__":
    main(sys.argv[1:])
