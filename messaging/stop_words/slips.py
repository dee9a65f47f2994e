"""One slip of the finger: what a word may become on a keyboard.

Two letters in the wrong order, a neighbour of the right key, a key beside it hit as
well, or in a long word a letter left out. Any other letter makes another word of it.
"""

from __future__ import annotations

from typing import Final

# Shorter words are too near to others.
SHORTEST = 4
# From here on a letter may be missing, or a neighbouring one be added.
LONG = 6
_BOARDS: Final = (
    ("qwertyuiop", "asdfghjkl", "zxcvbnm"),
    ("qwertzuiop", "asdfghjkl", "yxcvbnm"),
    ("azertyuiop", "qsdfghjklm", "wxcvbn"),
)


def _neighbours() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for board in _BOARDS:
        for row, keys in enumerate(board):
            for at, key in enumerate(keys):
                beside = [
                    (row, at - 1),
                    (row, at + 1),
                    (row - 1, at),
                    (row - 1, at + 1),
                ]
                beside += [(row + 1, at - 1), (row + 1, at)]
                found.setdefault(key, set()).update(
                    board[r][n]
                    for r, n in beside
                    if 0 <= r < len(board) and 0 <= n < len(board[r])
                )
    return {key: frozenset(keys) for key, keys in found.items()}


_BESIDE: Final = _neighbours()


def is_slip(word: str, meant: str) -> bool:
    """Say whether ``word`` is ``meant`` with one slip; letters are a to z."""
    if len(meant) < SHORTEST:
        return False
    if len(word) == len(meant):
        return _is_replaced(word, meant)
    if len(meant) >= LONG and len(word) == len(meant) + 1:
        return _is_added(word, meant)
    return len(meant) >= LONG and len(word) == len(meant) - 1 and _lacks(word, meant)


def _is_replaced(word: str, meant: str) -> bool:
    at = [n for n in range(len(meant)) if word[n] != meant[n]]
    if len(at) == 1:
        (n,) = at
        return word[n] in _BESIDE.get(meant[n], ())
    if len(at) != 2 or at[1] != at[0] + 1:
        return False
    first, second = at
    return word[first] == meant[second] and word[second] == meant[first]


def _is_added(word: str, meant: str) -> bool:
    for n in range(len(word)):
        if word[:n] + word[n + 1 :] == meant:
            keys = meant[max(0, n - 1) : n + 1]
            return any(word[n] == k or word[n] in _BESIDE.get(k, ()) for k in keys)
    return False


def _lacks(word: str, meant: str) -> bool:
    return any(meant[:n] + meant[n + 1 :] == word for n in range(len(meant)))
